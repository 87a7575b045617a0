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
        It 'says that nothing came' {
            (Get-ErrorOf { Wait-NetConnection 'dport:=1' -Timeout 0 }).FullyQualifiedErrorId | Should -BeLike 'ConnectionWaitTimedOut,*'
        }
        It 'shows where the filter is wrong' {
            $failure = Get-ErrorOf { Wait-NetConnection 'dport:=7002 prot:udp' }
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidFilter,*'
            "$failure" | Should -BeLike "*dport:=7002 prot:udp`n             ^^^^*"
            $failure.TargetObject.Position | Should -Be 13
        }
        It 'waits in a job' {
            $job = Wait-NetConnection 'dport:=7003' -AsJob
            $job.Finished.WaitOne(20000) | Should -BeTrue
            "$($job.JobStateInfo.State)" | Should -Be 'Completed'
            (Receive-Job $job).RemotePort | Should -Be 7003
            Remove-Job $job
        }
    }

    Context 'live' -Skip:$cannotCapture {
        It 'writes a connection that comes later, and a job that is stopped ends' {
            $null = Start-NetMonitor -Interface lo -Name loop
            $job = Wait-NetConnection 'bytes>5000 app:zzz or bytes>50000' -AsJob
            $traffic = [LoopbackTraffic]::new()
            $other = Wait-NetConnection "dport:=$($traffic.Port) bytes>=90KB" -AsJob
            $traffic.Send(100000)
            $other.Finished.WaitOne(20000) | Should -BeTrue
            (Receive-Job $other).RemotePort | Should -Be $traffic.Port
            $never = Wait-NetConnection 'app:nothing' -AsJob
            Stop-Job $never
            "$($never.JobStateInfo.State)" | Should -Be 'Stopped'
            $traffic.Dispose()
            Stop-Job $job
            Remove-Job $job, $other, $never
        }
    }
}
