Describe 'Get-NetMonitorStatistic' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $file
        foreach ($name in 'one', 'two') {
            $null = (Start-NetMonitor -Path $file -Name $name -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        }
    }
    AfterAll { Stop-NetMonitor }

    It 'tells of each monitor' { Get-NetMonitorStatistic | ForEach-Object Name | Should -Be 'one', 'two' }
    It 'takes monitors from the pipeline' { Get-NetMonitor two | Get-NetMonitorStatistic | ForEach-Object Name | Should -Be 'two' }
    It 'counts by the clock of the file' {
        $statistic = Get-NetMonitorStatistic one
        $statistic.Time.ToUnixTimeSeconds() | Should -Be 1700000000
        $statistic.Connections | Should -Be 3
        $statistic.SendRates.TenSeconds | Should -Be 9.6 # 3 datagrams of 32 bytes in 10 s
        $statistic.OpenedRates.OneSecond | Should -Be 3
        $statistic.ReceiveRate | Should -Be 0
        $statistic.Interfaces | Should -BeNullOrEmpty
    }
    It 'shows it as a list' {
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))
        $text = Invoke-ShellText "Import-Module '$ModulePath'; `$null = (Start-NetMonitor -Path '$file' -PassThru).WaitForCompletion([timespan]::FromSeconds(10)); Get-NetMonitorStatistic; Stop-NetMonitor"
        $text -join ' ' | Should -BeLike '*SendRates*9.6*'
    }
    It 'reports a name there is none of' {
        (Get-ErrorOf { Get-NetMonitorStatistic three }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
    }
}
