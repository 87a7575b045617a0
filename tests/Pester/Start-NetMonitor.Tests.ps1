BeforeDiscovery { $cannotCapture = -not [Environment]::IsPrivilegedProcess } # live capture needs root

Describe 'Start-NetMonitor' {
    BeforeAll { . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1')) }
    AfterEach { Stop-NetMonitor }

    Context 'with a capture file' {
        BeforeAll {
            $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
            New-CaptureFile $file
        }

        It 'writes nothing' { Start-NetMonitor -Path $file | Should -BeNullOrEmpty }
        It 'writes the monitor with -PassThru' { (Start-NetMonitor -Path $file -PassThru).GetType().FullName | Should -Be 'NetMonitor.Monitoring.NetMonitorSession' }
        It 'is named after the file' { (Start-NetMonitor -Path $file -PassThru).Name | Should -Be 'some.pcap' }
        It 'numbers the name when it is taken' {
            Start-NetMonitor -Path $file
            (Start-NetMonitor -Path $file -PassThru).Name | Should -Be 'some.pcap-2'
        }
        It 'refuses a name that is taken' {
            Start-NetMonitor -Path $file -Name one
            $failure = Get-ErrorOf { Start-NetMonitor -Path $file -Name one }
            $failure.FullyQualifiedErrorId | Should -BeLike 'NetMonitorNameTaken,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
        It 'frees the name when starting fails' {
            $null = Get-ErrorOf { Start-NetMonitor -Path $PSCommandPath -Name one }
            (Start-NetMonitor -Path $file -Name one -PassThru).Name | Should -Be 'one'
        }
        It 'reads it to its end' { (Start-NetMonitor -Path $file -PassThru).WaitForCompletion([timespan]::FromSeconds(10)) | Should -BeTrue }
    }

    It 'says that a file is not there' {
        $failure = Get-ErrorOf { Start-NetMonitor -Path ([IO.Path]::Combine($TestDrive, 'missing.pcap')) }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }
    It 'says that a file is no capture' {
        $failure = Get-ErrorOf { Start-NetMonitor -Path $PSCommandPath }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotACaptureFile,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidData'
    }
    It 'lists the interfaces when a wildcard matches none' {
        $failure = Get-ErrorOf { Start-NetMonitor -Interface 'no-such-*' }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CaptureDeviceNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike "*$(@(Get-NetMonitorInterface)[0].Name)*"
    }
    It 'completes interfaces' {
        $line = 'Start-NetMonitor -Interface '
        $completions = [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $completions | ForEach-Object ListItemText | Should -Contain @(Get-NetMonitorInterface)[0].Name
    }

    Context 'on loopback' {
        It 'captures' -Skip:$cannotCapture {
            $monitor = Start-NetMonitor -Interface lo -PassThru
            $monitor.Name | Should -Be 'lo'
            $monitor.Status | Should -Be 'Running'
            $monitor.Interfaces | Should -Contain 'lo'
        }
        It 'takes what Get-NetMonitorInterface writes' -Skip:$cannotCapture {
            (Start-NetMonitor -Interface (Get-NetMonitorInterface lo) -PassThru).Interfaces | Should -Contain 'lo'
        }
        It 'shows what libpcap says of a bad filter' -Skip:$cannotCapture {
            $failure = Get-ErrorOf { Start-NetMonitor -Interface lo -CaptureFilter 'tcp prt 1' }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidCaptureFilter,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }
    }
    It 'logs what it does itself when it is asked to' {
        $file = [IO.Path]::Combine($TestDrive, 'logged.pcap')
        New-CaptureFile $file
        $log = [IO.Path]::Combine($TestDrive, 'run.log')
        $null = (Start-NetMonitor -Path $file -Name logged -LogLevel Information -LogPath $log -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        Stop-NetMonitor logged
        [IO.File]::ReadAllText($log) | Should -BeLike "*Monitor 'logged'*Completed: 3 frames*"
    }
}
