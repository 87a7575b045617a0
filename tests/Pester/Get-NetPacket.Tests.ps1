Describe 'Get-NetPacket' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'three.pcap')
        $cut = [IO.Path]::Combine($TestDrive, 'cut.pcap')
        New-CaptureFile $file
        New-CaptureFile $cut -CutLastBytes 5
    }

    It 'writes the packets of a file' {
        $packets = @(Get-NetPacket $file)
        $packets | ForEach-Object DestinationPort | Should -Be 7001, 7002, 7003
        $packets | ForEach-Object Number | Should -Be 1, 2, 3
        $packets[0].SourceAddress | Should -Be '10.0.0.2'
        $packets[0].Protocol | Should -Be 'UDP'
        $packets[0].Length | Should -Be 32
        $packets[0].Bytes.Length | Should -Be 32
        $packets[0].Payload | Should -Be 1, 2, 3, 4
        $packets[0].Info | Should -Be '49152 → 7001 Len=4'
    }
    It 'shows the layers' {
        $layers = (Get-NetPacket $file -First 1).Layers
        $layers | Should -Contain 'IPv4: 10.0.0.2 → 192.0.2.7'
        $layers | Should -Contain '    Time to live: 64'
        $layers | Should -Contain 'UDP: 49152 → 7001'
    }
    It 'has the packet of PacketDotNet' { (Get-NetPacket $file -First 1).Packet.PayloadPacket.TimeToLive | Should -Be 64 }
    It 'ends after the first' { Get-NetPacket $file, $file -First 4 | Should -HaveCount 4 }
    It 'takes a filter and keeps the numbers' {
        (Get-NetPacket $file -CaptureFilter 'udp port 7003').Number | Should -Be 3
        (Get-ErrorOf { Get-NetPacket $file -CaptureFilter 'no such words' }).FullyQualifiedErrorId | Should -BeLike 'InvalidCaptureFilter,*'
    }
    It 'shows the packets of connections' {
        (Import-NetCapture $file | Where-Object RemotePort -eq 7002 | Get-NetPacket $file).DestinationPort | Should -Be 7002
        Import-NetCapture $file | Where-Object RemotePort -eq 9 | Get-NetPacket $file | Should -BeNullOrEmpty
    }
    It 'gives what came before the damage, then the error' {
        $output = @(Get-NetPacket $cut 2>&1)
        $output | Should -HaveCount 3
        $output[2].FullyQualifiedErrorId | Should -BeLike 'CaptureFileDamaged,*'
    }
    It 'reports a file that is not there' {
        (Get-ErrorOf { Get-NetPacket ([IO.Path]::Combine($TestDrive, 'missing.pcap')) }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
        (Get-ErrorOf { Get-NetPacket -LiteralPath $PSCommandPath }).FullyQualifiedErrorId | Should -BeLike 'NotACaptureFile,*'
    }
}
