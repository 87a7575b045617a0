Describe 'Get-NetProcessActivity' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'activity.pcap')
        New-CaptureFile $file
        $null = (Start-NetMonitor -Path $file -Name activity -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
    }
    AfterAll { Stop-NetMonitor }

    It 'puts what has no owner in a row of its own' {
        $row = Get-NetProcessActivity
        $row.ProcessId | Should -BeNullOrEmpty
        $row.Connections | Should -Be 3
        $row.EgressRetained | Should -Be 96
        $row.PeerCount | Should -Be 1
        "$($row.Peers[0])" | Should -Be '192.0.2.7'
        $row.Coverage | Should -BeNullOrEmpty
    }
    It 'counts what a filter keeps' {
        (Get-NetProcessActivity -Filter 'dport:=7001').Connections | Should -Be 1
    }
    It 'measures no coverage without an interface' {
        (Get-NetProcessActivity -CoverageInterval 0.01).Coverage | Should -BeNullOrEmpty
    }
}
