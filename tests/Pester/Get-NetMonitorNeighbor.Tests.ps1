Describe 'Get-NetMonitorNeighbor' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        # A capture (pcap, Ethernet) of one ARP reply: 10.0.0.1 is at 00:00:5e:00:53:01, said to 10.0.0.2 at 02:00:00:00:00:02.
        $file = [IO.Path]::Combine([IO.Path]::GetTempPath(), "neighbor$PID.pcap")
        $frame = '020000000002' + '00005e005301' + '0806' + '0001080006040002' + '00005e0053010a000001' + '0200000000020a000002'
        $header = 'd4c3b2a1' + '02000400' + '00000000' + '00000000' + 'ffff0000' + '01000000'
        $record = '00f15365' + '00000000' + '2a000000' + '2a000000'
        [IO.File]::WriteAllBytes($file, [Convert]::FromHexString($header + $record + $frame))
        $monitor = Start-NetMonitor -Path $file -Name 'neighbors' -PassThru
        $null = $monitor.WaitForCompletion([TimeSpan]::FromSeconds(20), [Threading.CancellationToken]::None)
        $neighbors = @(Get-NetMonitorNeighbor -Name neighbors)
    }
    AfterAll {
        Stop-NetMonitor neighbors
        [IO.File]::Delete($file)
    }

    It 'tells of both ends of an ARP reply, with the maker of the card' {
        $neighbors.Count | Should -Be 2
        "$($neighbors[0].Address)" | Should -Be '10.0.0.1'
        $neighbors[0].LinkLayerAddress | Should -Be '00:00:5e:00:53:01'
        $neighbors[0].Vendor | Should -Be 'ICANN, IANA Department'
        $neighbors[0].LastSeen | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(0x6553F100))
        $neighbors[1].Vendor | Should -BeNullOrEmpty
        $neighbors[1].IsLocallyAdministered | Should -BeTrue
    }
    It 'finds by address, network and wildcard' {
        @(Get-NetMonitorNeighbor 10.0.0.2 -Name neighbors).Count | Should -Be 1
        @(Get-NetMonitorNeighbor 10.0.0.0/31 -Name neighbors).Count | Should -Be 1
        @('10.0.0.*' | Get-NetMonitorNeighbor -Name neighbors).Count | Should -Be 2
    }
    It 'knows the interfaces it was asked for only' {
        @(Get-NetMonitorNeighbor -Name neighbors -Interface no-such-interface).Count | Should -Be 0
    }
    It 'joins what the system knows' {
        @(Get-NetMonitorNeighbor | Where-Object { "$($_.Address)" -eq '10.0.0.1' -and $_.LinkLayerAddress -eq '00:00:5e:00:53:01' }).Count | Should -Be 1
    }
    It 'reports what is no address' {
        (Get-ErrorOf { Get-NetMonitorNeighbor nonsense }).FullyQualifiedErrorId | Should -BeLike 'InvalidAddressPattern,*'
    }
    It 'gives the vendor of ARP connections' {
        @(Get-NetConnectionLive -Name neighbors -Protocol ARP)[0].RemoteScope | Should -Be 'Private'
    }
}
