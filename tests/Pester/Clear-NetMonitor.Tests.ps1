Describe 'Clear-NetMonitor' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $file
    }
    BeforeEach {
        foreach ($name in 'one', 'two') {
            $null = (Start-NetMonitor -Path $file -Name $name -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        }
    }
    AfterEach { Stop-NetMonitor }

    It 'forgets the connections of all monitors, and the monitors stay' {
        Clear-NetMonitor
        Get-NetConnectionLive -IncludeHistoric | Should -BeNullOrEmpty
        Get-NetMonitor | Should -HaveCount 2
    }
    It 'forgets those of one by name' {
        Clear-NetMonitor one
        Get-NetConnectionLive -Name one | Should -BeNullOrEmpty
        Get-NetConnectionLive -Name two | Should -HaveCount 3
    }
    It 'forgets those of what comes down the pipeline' {
        Get-NetMonitor two | Clear-NetMonitor
        Get-NetConnectionLive | Should -HaveCount 3
    }
    It 'forgets nothing with -WhatIf' {
        Clear-NetMonitor -WhatIf
        Get-NetConnectionLive | Should -HaveCount 6
    }
    It 'keeps the counters' {
        Clear-NetMonitor one
        (Get-NetMonitor one).Counters.Opened | Should -Be 3
        (Get-NetMonitor one).Counters.Connections | Should -Be 0
    }
    It 'writes nothing' { Clear-NetMonitor | Should -BeNullOrEmpty }
    It 'reports a name there is none of' {
        (Get-ErrorOf { Clear-NetMonitor three }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
    }
}
