Describe 'Get-NetMonitorPolicy' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $file
    }
    AfterEach { Stop-NetMonitor }

    It 'gets the policies that are built in' {
        Get-NetMonitorPolicy | ForEach-Object Name | Should -Be 'Default', 'RustNet'
    }
    It 'gets one by name or wildcard' {
        Get-NetMonitorPolicy rustnet | ForEach-Object Name | Should -Be 'RustNet'
        Get-NetMonitorPolicy D* | ForEach-Object Name | Should -Be 'Default'
    }
    It 'has rows with times' {
        (Get-NetMonitorPolicy Default).Rows | Where-Object Name -EQ 'TCP TIME_WAIT' | ForEach-Object After | Should -Be ([timespan]::FromSeconds(30))
    }
    It 'gives another policy with another time' {
        $changed = (Get-NetMonitorPolicy RustNet).With('ARP', '0:01:00')
        ($changed.Rows | Where-Object Name -EQ ARP).After | Should -Be ([timespan]'0:01:00')
        ((Get-NetMonitorPolicy RustNet).Rows | Where-Object Name -EQ ARP).After | Should -Be ([timespan]'0:00:30')
    }
    It 'gets that of a monitor' {
        Start-NetMonitor -Path $file -Name one -Policy RustNet
        Get-NetMonitorPolicy -Monitor one | ForEach-Object Name | Should -Be 'RustNet'
    }
    It 'reports a name there is none of' {
        (Get-ErrorOf { Get-NetMonitorPolicy none }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorPolicyNotFound,*'
    }
}
