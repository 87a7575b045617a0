BeforeDiscovery { $cannotCapture = -not [Environment]::IsPrivilegedProcess } # live capture needs root

Describe 'Get-NetConnectionLive' {
    BeforeAll { . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1')) }

    Context 'on a capture file' {
        BeforeAll {
            $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
            New-CaptureFile $file
            $null = (Start-NetMonitor -Path $file -Name one -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        }
        AfterAll { Stop-NetMonitor }

        It 'writes connections' {
            $rows = @(Get-NetConnectionLive)
            $rows | Should -HaveCount 3
            $rows[0].GetType().FullName | Should -Be 'NetMonitor.NetConnection'
        }
        It 'filters by <Parameters.Keys>: <Count>' -ForEach @(
            @{ Parameters = @{ Protocol = 'udp' }; Count = 3 }
            @{ Parameters = @{ Protocol = 'tcp', 'icmp*' }; Count = 0 }
            @{ Parameters = @{ State = 'UDP_*' }; Count = 3 }
            @{ Parameters = @{ State = 'ESTABLISHED' }; Count = 0 }
            @{ Parameters = @{ RemotePort = 7001, 7003 }; Count = 2 }
            @{ Parameters = @{ LocalPort = 49152 }; Count = 3 }
            @{ Parameters = @{ LocalPort = 1 }; Count = 0 }
            @{ Parameters = @{ RemoteAddress = '192.0.2.7' }; Count = 3 }
            @{ Parameters = @{ RemoteAddress = '192.0.2.9/24' }; Count = 3 }
            @{ Parameters = @{ RemoteAddress = '192.*' }; Count = 3 }
            @{ Parameters = @{ RemoteAddress = '2001:db8::/32', '10.0.0.0/8' }; Count = 0 }
            @{ Parameters = @{ LocalAddress = '10.0.0.0/30' }; Count = 3 }
            @{ Parameters = @{ Process = '*' }; Count = 0 }
            @{ Parameters = @{ Sni = '*' }; Count = 0 }
            @{ Parameters = @{ HostName = '*' }; Count = 0 }
            @{ Parameters = @{ Name = 'o*' }; Count = 3 }
            @{ Parameters = @{ Monitor = 'one'; RemotePort = 7002; Protocol = 'UDP' }; Count = 1 }
        ) {
            Get-NetConnectionLive @Parameters | Should -HaveCount $Count
        }
        It 'refuses what is no address' {
            $failure = Get-ErrorOf { Get-NetConnectionLive -RemoteAddress 10.0.0.0/99 }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidAddressPattern,*'
        }
        It 'reports a monitor there is none of' {
            (Get-ErrorOf { Get-NetConnectionLive -Name three }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
        }
        It 'gives endpoints as text, and PID for OwningProcess' {
            $row = Get-NetConnectionLive -RemotePort 7002
            $row.RemoteEndpoint | Should -Be '192.0.2.7:7002'
            $row.LocalEndpoint | Should -Be '10.0.0.2:49152'
            $row.Pid | Should -BeNullOrEmpty
        }
        It 'completes states' {
            $line = 'Get-NetConnectionLive -State udp_a'
            [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches | ForEach-Object CompletionText | Should -Be 'UDP_ACTIVE'
        }
    }

    Context 'on loopback' {
        BeforeAll { $traffic = [LoopbackTraffic]::new() }
        AfterAll {
            $traffic.Dispose()
            Stop-NetMonitor
        }

        It 'starts a monitor when there is none, and sees a connection' -Skip:$cannotCapture {
            Get-NetMonitor | Should -BeNullOrEmpty
            $said = Get-NetConnectionLive -Interface lo -LocalPort 1 -Wait 0 -Verbose 4>&1
            "$said" | Should -BeLike "*started 'lo'*"
            $traffic.Send(100)
            $row = Get-NetConnectionLive -Protocol TCP -RemotePort $traffic.Port -Wait 10
            $row.State | Should -Be 'ESTABLISHED'
            Get-NetMonitor | Should -HaveCount 1
        }
    }
}
