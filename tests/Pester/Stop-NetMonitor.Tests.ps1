Describe 'Stop-NetMonitor' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $file
    }
    BeforeEach {
        Start-NetMonitor -Path $file -Name one
        Start-NetMonitor -Path $file -Name two
    }
    AfterEach { Stop-NetMonitor }

    It 'stops all without a name' {
        Stop-NetMonitor
        Get-NetMonitor | Should -BeNullOrEmpty
    }
    It 'stops by name' {
        Stop-NetMonitor one
        Get-NetMonitor | ForEach-Object Name | Should -Be 'two'
    }
    It 'stops by wildcard' {
        Stop-NetMonitor t*
        Get-NetMonitor | ForEach-Object Name | Should -Be 'one'
    }
    It 'stops what comes down the pipeline' {
        Get-NetMonitor two | Stop-NetMonitor
        Get-NetMonitor | ForEach-Object Name | Should -Be 'one'
    }
    It 'stops nothing with -WhatIf' {
        Stop-NetMonitor -WhatIf
        Get-NetMonitor | Should -HaveCount 2
    }
    It 'writes nothing' { Stop-NetMonitor | Should -BeNullOrEmpty }
    It 'writes what it stopped with -PassThru, connections and all' {
        $null = (Get-NetMonitor one).WaitForCompletion([timespan]::FromSeconds(10))
        Stop-NetMonitor one -PassThru | Get-NetConnectionLive | Should -HaveCount 3
    }
    It 'may stop the same one twice' {
        $monitor = Get-NetMonitor one
        $monitor | Stop-NetMonitor
        { $monitor | Stop-NetMonitor -ErrorAction Stop } | Should -Not -Throw
    }
    It 'reports a name there is none of' {
        (Get-ErrorOf { Stop-NetMonitor three }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
    }
}
