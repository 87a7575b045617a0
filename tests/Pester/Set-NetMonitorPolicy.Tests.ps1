Describe 'Set-NetMonitorPolicy' {
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
    AfterEach {
        Get-NetMonitorPolicy Default | Set-NetMonitorPolicy
        Stop-NetMonitor
    }

    It 'changes a row of one monitor, at once' {
        Set-NetMonitorPolicy one -Row 'UDP, other' -Timeout 90
        Get-NetConnectionLive -Name one | ForEach-Object { $_.Timeout.TotalSeconds } | Should -Be 90, 90, 90
        Get-NetConnectionLive -Name two | ForEach-Object { $_.Timeout.TotalSeconds } | Should -Be 60, 60, 60
    }
    It 'changes all monitors and those to come without a name' {
        Set-NetMonitorPolicy -Policy RustNet
        Start-NetMonitor -Path $file -Name three
        Get-NetMonitorPolicy -Monitor * | ForEach-Object Name | Should -Be 'RustNet', 'RustNet', 'RustNet'
    }
    It 'changes rows by wildcard and says so with -PassThru' {
        $policy = Set-NetMonitorPolicy one -Row 'tcp established*' -Timeout '2:00:00' -PassThru
        $policy.Name | Should -Be 'Default (changed)'
        @($policy.Rows | Where-Object { $_.After -eq [timespan]'2:00:00' }) | Should -HaveCount 4
    }
    It 'takes a policy from the pipeline' {
        (Get-NetMonitorPolicy RustNet).With('UDP, other', '0:00:07') | Set-NetMonitorPolicy two
        Get-NetConnectionLive -Name two | ForEach-Object { $_.Timeout.TotalSeconds } | Should -Be 7, 7, 7
    }
    It 'changes nothing with -WhatIf' {
        Set-NetMonitorPolicy -Policy RustNet -WhatIf
        Get-NetMonitorPolicy -Monitor * | ForEach-Object Name | Should -Be 'Default', 'Default'
    }
    It 'reports a row there is none of' {
        (Get-ErrorOf { Set-NetMonitorPolicy one -Row 'TCP' -Timeout 5 }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorPolicyRowNotFound,*'
    }
    It 'takes no time that is not more than zero' {
        { Set-NetMonitorPolicy one -Row ARP -Timeout 0 } | Should -Throw
    }
    It 'takes no policy it does not know' {
        { Set-NetMonitorPolicy one -Policy none } | Should -Throw
    }
}
