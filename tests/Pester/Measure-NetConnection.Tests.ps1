Describe 'Measure-NetConnection' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'measured.pcap')
        New-CaptureFile $file
    }
    AfterAll { Stop-NetMonitor }

    It 'puts the pipeline together' {
        $all = Import-NetCapture $file | Measure-NetConnection
        $all.Connections | Should -Be 3
        $all.BytesSent | Should -Be 96
        $all.Name | Should -BeNullOrEmpty
    }
    It 'by <By>' -ForEach @(
        @{ By = 'Port'; Names = '7001', '7002', '7003' }
        @{ By = 'Host'; Names = '192.0.2.7' }
        @{ By = 'Protocol'; Names = 'UDP' }
    ) {
        (Import-NetCapture $file | Measure-NetConnection $By).Name | Should -Be $Names
    }
    It 'only what a filter keeps' {
        (Import-NetCapture $file | Measure-NetConnection -Filter 'dport>7001').Connections | Should -Be 2
    }
    It 'gives nothing for nothing' {
        @() | Measure-NetConnection | Should -BeNullOrEmpty
    }
    It 'asks the monitors without a pipeline' {
        $null = (Start-NetMonitor -Path $file -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        (Measure-NetConnection).Connections | Should -Be 3
    }
}
