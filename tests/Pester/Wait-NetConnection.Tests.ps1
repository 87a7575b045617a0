BeforeDiscovery { $cannotCapture = -not [Environment]::IsPrivilegedProcess } # live capture needs root

Describe 'Wait-NetConnection' {
    BeforeAll { . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1')) }
    AfterEach { Stop-NetMonitor }

    Context 'on a capture file' {
        BeforeEach {
            $file = [IO.Path]::Combine($TestDrive, 'wait.pcap')
            New-CaptureFile $file
            $null = (Start-NetMonitor -Path $file -Name waited -PassThru).WaitForCompletion([timespan]::FromSeconds(10))
        }
        It 'writes what is there already' {
            (Wait-NetConnection 'dport:=7002').RemotePort | Should -Be 7002
        }
        It 'says that nothing can come of a file that was read, however long one would wait' {
            $failure = Get-ErrorOf { Wait-NetConnection 'dport:=1' }
            $failure.FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotRunning,*'
            "$failure" | Should -BeLike "*waited*"
            (Get-ErrorOf { Wait-NetConnection 'dport:=1' -Timeout 30 }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotRunning,*'
        }
        It 'shows where the filter is wrong' {
            $failure = Get-ErrorOf { Wait-NetConnection 'dport:=7002 prot:udp' }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidFilter,*'
            "$failure" | Should -BeLike "*dport:=7002 prot:udp`n            ^^^^*"
            $failure.TargetObject.Position | Should -Be 12
        }
        It 'waits in a job' {
            $job = Wait-NetConnection 'dport:=7003' -AsJob
            $job.Finished.WaitOne(20000) | Should -BeTrue
            "$($job.JobStateInfo.State)" | Should -Be 'Completed'
            (Receive-Job $job).RemotePort | Should -Be 7003
            Remove-Job $job
        }
        It 'goes with its job when that is received' {
            (Wait-NetConnection 'dport:=7003' -AsJob | Receive-Job -Wait -AutoRemoveJob).RemotePort | Should -Be 7003
        }
    }

    Context 'live' -Skip:$cannotCapture {
        It 'says that nothing came in the time that was given' {
            $null = Start-NetMonitor -Interface lo -Name loop
            $failure = Get-ErrorOf { Wait-NetConnection 'app:nothing' -Timeout 0.2 }
            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionWaitTimedOut,*'
            "$failure" | Should -BeLike '*within 0.2 seconds*'
        }
        It 'ends with a job that ends while it is received' {
            $null = Start-NetMonitor -Interface lo -Name loop
            $job = Get-NetConnectionLive -AsJob -Duration 1
            $null = $job | Receive-Job -Wait -AutoRemoveJob
            Get-Job -Id $job.Id -ErrorAction Ignore | Should -BeNullOrEmpty
        }
        It 'writes a connection that comes later, and a job that is stopped ends' {
            $null = Start-NetMonitor -Interface lo -Name loop
            $traffic = [LoopbackTraffic]::new()
            $other = Wait-NetConnection "dport:=$($traffic.Port) bytes>=20KB" -AsJob
            $traffic.Send(30000)
            $other.Finished.WaitOne(20000) | Should -BeTrue
            (Receive-Job $other).RemotePort | Should -Be $traffic.Port
            $never = Wait-NetConnection 'app:nothing' -AsJob
            Stop-Job $never
            "$($never.JobStateInfo.State)" | Should -Be 'Stopped'
            $traffic.Dispose()
            Remove-Job $other, $never
        }
    }
}
