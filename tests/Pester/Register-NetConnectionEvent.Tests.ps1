# The project's own shell has no Wait-Event and no Get-Event: the events are taken from the engine, as those cmdlets do.
BeforeDiscovery { $cannotCapture = -not [Environment]::IsPrivilegedProcess } # live capture needs root

Describe 'Register-NetConnectionEvent' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $events = $ExecutionContext.Events
    }

    It 'shows where the filter is wrong' {
        (Get-ErrorOf { Register-NetConnectionEvent 'state:nothing' }).FullyQualifiedErrorId | Should -BeLike 'InvalidFilter,*'
    }

    Context 'live' -Skip:$cannotCapture {
        BeforeAll { $null = Start-NetMonitor -Interface lo -Name loop }
        AfterAll { Stop-NetMonitor }

        It 'queues an event for a connection that fits, and one that does not is left out' {
            Register-NetConnectionEvent 'proto:tcp sport:=1' -SourceIdentifier Never | Should -BeNullOrEmpty
            Register-NetConnectionEvent 'proto:tcp ip:127.0.0.1' -Change Opened -SourceIdentifier Opened -MessageData mine
            $traffic = [LoopbackTraffic]::new()
            $received = Wait-ReceivedEvent $events Opened
            $traffic.Dispose()
            "$($received.SourceEventArgs.Change)" | Should -Be 'Opened'
            "$($received.SourceEventArgs.Connection.RemoteAddress)" | Should -Be '127.0.0.1'
            $received.MessageData | Should -Be 'mine'
            foreach ($subscriber in @($events.Subscribers)) { if ($subscriber.SourceIdentifier -in 'Never', 'Opened') { $events.UnsubscribeEvent($subscriber) } }
            @($events.ReceivedEvents | Where-Object SourceIdentifier -EQ Never) | Should -HaveCount 0
        }
        It 'is not made twice under one name' {
            Register-NetConnectionEvent 'proto:tcp sport:=1' -SourceIdentifier Twice
            (Get-ErrorOf { Register-NetConnectionEvent 'proto:tcp sport:=1' -SourceIdentifier Twice }).FullyQualifiedErrorId | Should -BeLike 'EventSourceIdentifierTaken,*'
            @($events.GetEventSubscribers('Twice')) | Should -HaveCount 1
            foreach ($subscriber in @($events.GetEventSubscribers('Twice'))) { $events.UnsubscribeEvent($subscriber) }
        }
        It 'ends by itself after -MaxTriggerCount events' {
            Register-NetConnectionEvent 'proto:tcp' -Change Opened -SourceIdentifier Once -MaxTriggerCount 1
            $traffic = [LoopbackTraffic]::new(), [LoopbackTraffic]::new()
            Wait-ReceivedEvent $events Once | Should -Not -BeNullOrEmpty
            $deadline = [DateTime]::UtcNow.AddSeconds(20)
            while (@($events.Subscribers | Where-Object SourceIdentifier -EQ Once).Count -gt 0 -and [DateTime]::UtcNow -lt $deadline) { [Threading.Thread]::Yield() | Out-Null }
            $traffic | ForEach-Object { $_.Dispose() }
            @($events.Subscribers | Where-Object SourceIdentifier -EQ Once) | Should -HaveCount 0
        }
        It 'runs an action and writes its job' {
            $job = Register-NetConnectionEvent 'proto:tcp' -Change Opened -SourceIdentifier Acting -Action { "$($Event.SourceEventArgs.Change)" }
            $job.GetType().Name | Should -Be 'PSEventJob'
            $traffic = [LoopbackTraffic]::new()
            $deadline = [DateTime]::UtcNow.AddSeconds(20)
            while ($job.Output.Count -eq 0 -and [DateTime]::UtcNow -lt $deadline) { $null = 1 | ForEach-Object { $_ } }
            $traffic.Dispose()
            "$($job.Output[0])" | Should -Be 'Opened'
            foreach ($subscriber in @($events.Subscribers)) { if ($subscriber.SourceIdentifier -eq 'Acting') { $events.UnsubscribeEvent($subscriber) } }
        }
    }
}
