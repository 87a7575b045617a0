Describe 'Save-NetCapture' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $capture = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $capture
        $monitor = Start-NetMonitor -Path $capture -Name flight -FlightRecorder 60 -PassThru
        $null = $monitor.WaitForCompletion([timespan]::FromSeconds(10))
    }
    AfterAll { Stop-NetMonitor }

    It 'writes all packets that are kept' {
        $file = [IO.Path]::Combine($TestDrive, 'all.pcapng')
        (Save-NetCapture $file -PassThru).FullName | Should -Be $file
        Import-NetCapture $file | Should -HaveCount 3
    }
    It 'writes the packets of the connections it is given' {
        $file = [IO.Path]::Combine($TestDrive, 'one.pcap')
        Get-NetConnectionLive -RemotePort 7002 | Save-NetCapture $file
        (Import-NetCapture $file).RemotePort | Should -Be 7002
    }
    It 'writes nothing but the file of an empty pipeline' {
        $file = [IO.Path]::Combine($TestDrive, 'none.pcapng')
        Get-NetConnectionLive -RemotePort 9999 | Save-NetCapture $file
        Import-NetCapture $file | Should -BeNullOrEmpty
    }
    It 'does nothing with -WhatIf' {
        $file = [IO.Path]::Combine($TestDrive, 'whatif.pcapng')
        Save-NetCapture $file -WhatIf
        [IO.File]::Exists($file) | Should -BeFalse
    }
    It 'says how to start a flight recorder' {
        Start-NetMonitor -Path $capture -Name plain
        $failure = Get-ErrorOf { Save-NetCapture ([IO.Path]::Combine($TestDrive, 'x.pcapng')) -Name plain }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NoFlightRecorder,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-FlightRecorder*'
    }
    It 'records while a monitor runs' {
        $file = [IO.Path]::Combine($TestDrive, 'recorded.pcapng')
        $recorded = Start-NetMonitor -Path $capture -CapturePath $file -PassThru
        $null = $recorded.WaitForCompletion([timespan]::FromSeconds(10))
        $recorded | Stop-NetMonitor
        $recorded.Counters.Recorded | Should -Be 3
        Import-NetCapture $file | Should -HaveCount 3
    }
    It 'replaces a recording only when forced' {
        $file = [IO.Path]::Combine($TestDrive, 'recorded.pcapng')
        (Get-ErrorOf { Start-NetMonitor -Path $capture -CapturePath $file }).FullyQualifiedErrorId | Should -BeLike 'ExportFileExists,*'
        { Start-NetMonitor -Path $capture -CapturePath $file -Force } | Should -Not -Throw
    }
}
