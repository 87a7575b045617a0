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
        It 'filters by the expression <Filter>: <Count>' -ForEach @(
            @{ Filter = 'port:44'; Count = 0 }
            @{ Filter = 'dport:7001-7002'; Count = 2 }
            @{ Filter = 'proto:udp dst:192.0.2.0/24 not dport:=7003'; Count = 2 }
            @{ Filter = '192.0.2.7:7002'; Count = 1 }
            @{ Filter = 'dport:/^700[13]$/'; Count = 2 }
            @{ Filter = 'bytes=32 sent<1KB'; Count = 3 }
            @{ Filter = ''; Count = 3 }
        ) {
            Get-NetConnectionLive -Filter $Filter | Should -HaveCount $Count
        }
        It 'shows where a filter is wrong' {
            $failure = Get-ErrorOf { Get-NetConnectionLive -Filter 'proto:udp rtt>fast' }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidFilter,*'
            "$failure" | Should -BeLike "*`nproto:udp rtt>fast`n              ^^^^"
            "$($failure.TargetObject.Id)" | Should -Be 'InvalidValue'
        }
        It 'completes keywords and values of a filter' -ForEach @(
            @{ Typed = "'proto:udp dpo"; Text = "'proto:udp dport:'" }
            @{ Typed = 'state:udp_a'; Text = "'state:UDP_ACTIVE'" }
            @{ Typed = "'dport:70"; Text = "'dport:7001'" }
        ) {
            $line = "Get-NetConnectionLive -Filter $Typed"
            @([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches | ForEach-Object CompletionText)[0] | Should -Be $Text
        }
        It 'follows a file to its end' {
            Get-NetConnectionLive -Follow | Should -BeNullOrEmpty
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
        It 'follows what happens, and ends when enough is seen' -Skip:$cannotCapture {
            $null = Start-NetMonitor -Interface lo -Name follow
            $job = Get-NetConnectionLive -Name follow -Follow -Change Opened -Filter 'proto:tcp ip:127.0.0.1' -AsJob
            $other = [LoopbackTraffic]::new()
            $deadline = [DateTime]::UtcNow.AddSeconds(20)
            while ($job.Output.Count -eq 0 -and [DateTime]::UtcNow -lt $deadline) { $null = [Threading.Thread]::Yield() }
            Stop-Job $job
            "$($job.JobStateInfo.State)" | Should -Be 'Stopped'
            $seen = @(Receive-Job $job)
            "$($seen[0].Change)" | Should -Be 'Opened'
            @($seen.RemotePort) + @($seen.LocalPort) | Should -Contain $other.Port

            $job = Get-NetConnectionLive -Name follow -Change Updated -Filter "port:=$($other.Port)" -AsJob
            while ($job.Output.Count -eq 0 -and [DateTime]::UtcNow -lt $deadline) { $other.Send(1); $null = [Threading.Thread]::Yield() }
            Stop-Job $job
            "$($job.Output[0].Change)" | Should -Be 'Updated'

            # What comes behind has enough after the first: the command ends at once.
            $module = (Get-Module NetMonitor).Path
            $pipeline = [powershell]::Create().AddScript("Import-Module '$module'; do { Get-NetConnectionLive -Name follow -Follow -Filter proto:tcp | ForEach-Object { `$_; break } } while (`$false)")
            $running = $pipeline.BeginInvoke()
            while (-not $running.IsCompleted -and [DateTime]::UtcNow -lt $deadline.AddSeconds(20)) { [LoopbackTraffic]::new().Dispose() }
            @($pipeline.EndInvoke($running)) | Should -HaveCount 1
            $pipeline.Dispose()
            $other.Dispose()
            Get-NetConnectionLive -Name follow -Duration 0.05 -Filter 'app:nothing' | Should -BeNullOrEmpty
        }
    }
}
