# The module as PowerShell sees it: its manifest, its exports, its isolation, and what is left when it goes. Each test of a life of the module runs in
# a process of its own, which prints what it saw.
Describe 'The manifest' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))
        $manifest = Test-ModuleManifest $ModulePath
        $psData = $manifest.PrivateData.PSData
    }

    It 'exports every cmdlet' {
        $manifest.ExportedCmdlets.Keys | ForEach-Object { $_ } | Should -HaveCount $CmdletCount
    }
    It 'exports nothing else' {
        $manifest.ExportedFunctions.Count + $manifest.ExportedAliases.Count + $manifest.ExportedVariables.Count | Should -Be 0
    }
    It 'is for PowerShell 7.6 and Core' {
        "$($manifest.PowerShellVersion) $($manifest.CompatiblePSEditions)" | Should -Be '7.6 Core'
    }
    It 'has <_>' -ForEach 'LicenseUri', 'ProjectUri', 'ReleaseNotes', 'Tags' {
        $psData[$_] | Should -Not -BeNullOrEmpty
    }
    It 'names ConsoleGuiTools without requiring it' {
        $psData.OptionalModuleDependencies | Should -Contain 'Microsoft.PowerShell.ConsoleGuiTools'
        $manifest.RequiredModules | Should -BeNullOrEmpty
    }
    It 'has the version of the assemblies' {
        $engine = [IO.Path]::Combine([IO.Path]::GetDirectoryName($ModulePath), 'bin', 'deps', 'NetMonitor.Engine.dll')
        [Reflection.AssemblyName]::GetAssemblyName($engine).Version.ToString(3) | Should -Be "$($manifest.Version)"
    }
    It 'ships nothing that PowerShell brings' {
        [IO.Directory]::GetFiles([IO.Path]::GetDirectoryName($ModulePath), '*.dll', 'AllDirectories') | ForEach-Object { [IO.Path]::GetFileName($_) } |
            Where-Object { $_ -like 'System.*' -or $_ -like 'Microsoft.PowerShell*' -or $_ -like 'PowerShellStandard*' } | Should -BeNullOrEmpty
    }
}

Describe 'Importing' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))
    }

    It 'exports exactly the cmdlets of the manifest' {
        Invoke-ShellText "Import-Module '$ModulePath'; (Get-Module NetMonitor).ExportedCommands.Keys" | ForEach-Object { $_ } | Should -Be @(
            (Test-ModuleManifest $ModulePath).ExportedCmdlets.Keys)
    }

    # Beside what it took to start the shell, so that neither a slow machine nor a busy one fails it. On an idle one it is under 200 ms.
    It 'takes less than the start of the shell' {
        $text = @"
            `$started = [Environment]::CpuUsage.TotalTime
            Import-Module '$ModulePath'
            [int]`$started.TotalMilliseconds
            [int]([Environment]::CpuUsage.TotalTime - `$started).TotalMilliseconds
"@
        $start, $import = @(Invoke-ShellText $text)
        [Console]::WriteLine("Import-Module: $import ms of processor time; the shell itself: $start ms")
        [int]$import | Should -BeGreaterThan 0
        [int]$import | Should -BeLessThan ([int]$start)
    }

    It 'can be repeated with -Force, and after Remove-Module' {
        Invoke-ShellText @"
            Import-Module '$ModulePath'
            (Get-Module NetMonitor).ExportedCommands.Count
            Import-Module '$ModulePath' -Force
            (Get-Module NetMonitor).ExportedCommands.Count
            Remove-Module NetMonitor
            @(Get-Module NetMonitor).Count
            Import-Module '$ModulePath'
            (Get-Module NetMonitor).ExportedCommands.Count
            @([Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ NetMonitor).Count
"@ | Should -Be "$CmdletCount", "$CmdletCount", '0', "$CmdletCount", '1'
    }

    It 'makes its types known by name for as long as it is there' {
        $accelerators = "[psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators')::Get.ContainsKey('NetMonitor.NetConnection')"
        Invoke-ShellText "Import-Module '$ModulePath'; ('NetMonitor.NetConnection' -as [type]).FullName; Remove-Module NetMonitor; $accelerators" |
            Should -Be 'NetMonitor.NetConnection', 'False'
    }

    It 'lives on in one runspace when another that imported it closes' {
        Invoke-ShellText @"
            Import-Module '$ModulePath'
            `$other = [powershell]::Create([initialsessionstate]::CreateDefault2())
            `$null = `$other.AddScript("Import-Module '$ModulePath'").Invoke()
            `$other.Runspace.Close()
            `$other.Dispose()
            ('NetMonitor.NetConnection' -as [type]).FullName
"@ | Should -Be 'NetMonitor.NetConnection'
    }
}

Describe 'Isolation' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))
        $other = [IO.Path]::Combine($PSScriptRoot, 'fixtures', 'OtherModule', 'bin', 'Release', 'net10.0', 'OtherModule.psd1')
        # Which SharpPcap ours got, and that it works: the member is not in the other one.
        $ours = @'
            $context = [Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ NetMonitor
            $sharpPcap = $context.LoadFromAssemblyName([Reflection.AssemblyName]'SharpPcap')
            "ours $($sharpPcap.GetName().Version): $($sharpPcap.GetType('SharpPcap.LibPcap.LibPcapLiveDevice').Name)"
'@
        $imports = @{ Ours = "Import-Module '$ModulePath'"; Other = "Import-Module '$other'" }
    }

    It 'works beside a module with another SharpPcap, imported <Order>' -ForEach @(
        @{ Order = 'before'; First = 'Other'; Second = 'Ours' }
        @{ Order = 'after'; First = 'Ours'; Second = 'Other' }
    ) {
        $lines = Invoke-ShellText "$($imports[$First]); $($imports[$Second]); Get-OtherSharpPcap; $ours; Get-OtherSharpPcap"
        $lines | Should -HaveCount 3
        $lines[0] | Should -Be 'other 4.6.2.0: works'
        $lines[1] | Should -Match '^ours 6\.\d+\.\d+\.\d+: LibPcapLiveDevice$'
        $lines[2] | Should -Be 'other 4.6.2.0: works'
    }

    It 'gives way to another copy of itself' {
        $copy = [IO.Path]::Combine($TestDrive, 'NetMonitor')
        $folder = [IO.Path]::GetDirectoryName($ModulePath)
        foreach ($file in [IO.Directory]::GetFiles($folder, '*', 'AllDirectories')) {
            $target = [IO.Path]::Combine($copy, [IO.Path]::GetRelativePath($folder, $file))
            $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
            [IO.File]::Copy($file, $target)
        }
        Invoke-ShellText @"
            Import-Module '$ModulePath'
            Remove-Module NetMonitor
            Import-Module '$copy/NetMonitor.psd1'
            (Get-Module NetMonitor).ExportedCommands.Count
            ('NetMonitor.NetConnection' -as [type]).Assembly.Location
"@ | Should -Be "$CmdletCount", ([IO.Path]::Combine($copy, 'bin', 'deps', 'NetMonitor.Engine.dll'))
    }
}

Describe 'Removing' -Skip:(-not $IsLinux) {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))
        # Says how many threads of ours run ("NetMonitor reader", "NetMonitor shard 0"; the kernel keeps 15 characters), and how many files, sockets and pipes are open that the module may open.
        $look = @'
            function Get-Trace {
                $threads = foreach ($task in [IO.Directory]::GetDirectories('/proc/self/task')) {
                    try { [IO.File]::ReadAllText("$task/comm").Trim() } catch [IO.IOException] { }      # it may end while we look
                }
                $files = foreach ($file in [IO.Directory]::GetFileSystemEntries('/proc/self/fd')) {
                    $target = [IO.FileInfo]::new($file).LinkTarget
                    if ($target -like 'socket:*' -or $target -like '*.pcap*') { $target }
                }
                "$(@($threads | Where-Object { $_ -clike 'NetMonitor *' }).Count) threads, $(@($files).Count) files"
            }
'@
    }

    It 'stops a running monitor and leaves no thread and no open file' {
        $lines = Invoke-ShellText @"
            $look
            Import-Module '$ModulePath'
            `$before = Get-Trace
            Start-NetMonitor -Interface lo -ErrorAction Stop -WarningAction SilentlyContinue     # without privileges it warns, and runs on the kernel's list
            `$during = Get-Trace
            Remove-Module NetMonitor
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            `$before
            `$during
            Get-Trace
"@
        $lines | Should -HaveCount 3
        $lines[0] | Should -BeLike '0 threads, *'
        $lines[1] | Should -Not -BeLike '0 threads*'
        $lines[2] | Should -Be $lines[0]
    }
}
