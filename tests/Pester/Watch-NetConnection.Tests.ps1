BeforeDiscovery {
    $cannotCapture = -not [Environment]::IsPrivilegedProcess # live capture needs root
    $hasTerminal = -not ([Console]::IsInputRedirected -or [Console]::IsOutputRedirected)
    $hasGrid = $null -ne (Get-Command Out-ConsoleGridView -ErrorAction Ignore)
}

Describe 'Watch-NetConnection' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $file
    }
    AfterEach { Stop-NetMonitor }

    It 'streams each connection of a file once, and ends with it' {
        Watch-NetConnection -Path $file -Stream -RefreshInterval 0.1 | ForEach-Object RemotePort | Should -Be 7001, 7002, 7003
    }
    It 'stops its own monitor' {
        $null = Watch-NetConnection -Path $file -Stream
        Get-NetMonitor | Should -BeNullOrEmpty
    }
    It 'joins a monitor and leaves it running' {
        $null = (Start-NetMonitor -Path $file -Name one -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        Watch-NetConnection -Name one -Stream | Should -HaveCount 3
        (Get-NetMonitor).Name | Should -Be 'one'
    }
    It 'reports a monitor there is none of' {
        (Get-ErrorOf { Watch-NetConnection -Name three -Stream }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
    }
    It 'takes numbers as seconds, and none below zero' {
        (Get-Command Watch-NetConnection).Parameters['Duration'].ParameterType | Should -Be ([Nullable[timespan]])
        { Watch-NetConnection -Path $file -Stream -Duration -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
    It 'says that a view needs a terminal, before it starts a monitor' -Skip:$hasTerminal {
        $failure = Get-ErrorOf { Watch-NetConnection -Path $file -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'TerminalRequired,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Stream*'
        Get-NetMonitor | Should -BeNullOrEmpty
    }
    It 'streams only what a filter lets through' {
        Watch-NetConnection -Path $file -Stream -Filter 'dport:7002' | ForEach-Object RemotePort | Should -Be 7002
    }
    It 'says what a stream looked at when there was nothing to write' {
        $rows = Watch-NetConnection -Path $file -Stream -Filter 'dport:9999' -WarningVariable warnings -WarningAction SilentlyContinue
        $rows | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike "No connection that 'dport:9999' lets through was seen on *; * packets came."
    }
    It 'says what installs the grid where it is missing' -Skip:$hasGrid {
        $failure = Get-ErrorOf { Watch-NetConnection -Path $file -GridView -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'GridViewNotInstalled,*'
        $failure.ErrorDetails.RecommendedAction | Should -Be 'Install-PSResource Microsoft.PowerShell.ConsoleGuiTools'
    }
    It 'takes only columns and themes there are' {
        { Watch-NetConnection -Path $file -Stream -Sort Size } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Watch-NetConnection -Path $file -Stream -Theme pink } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
    It 'streams what happens on loopback for the time given' -Skip:$cannotCapture {
        $traffic = $null
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $monitor = Start-NetMonitor -Interface lo -PassThru
        try {
            $traffic = [LoopbackTraffic]::new()
            $traffic.Send(100)
            $rows = Watch-NetConnection -Interface lo -Stream -Duration 1 -RefreshInterval 0.2 | Where-Object RemotePort -EQ $traffic.Port
            $rows | Should -HaveCount 1
            $watch.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 1
            $monitor.Status | Should -Be 'Running'
        }
        finally {
            if ($traffic) { $traffic.Dispose() }
        }
    }
}
