# A post-quantum ClientHello is larger than a packet. It crosses a link of MTU 1500 from another network namespace, cut, disordered and sent twice, over TCP and over QUIC; the monitor
# on this end of the link must name it all the same. The frames are made here byte by byte: no kernel puts them in order, none sends them otherwise.

BeforeDiscovery {
    . ([IO.Path]::Combine($PSScriptRoot, 'Namespace.ps1'))
    $possible = Test-Namespace
}

Describe 'A post-quantum hello over a veth pair' -Skip:(-not $possible) {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        . ([IO.Path]::Combine($PSScriptRoot, 'Namespace.ps1'))
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))

        #region Bytes
        function U16([int] $Number) { [byte]($Number -shr 8), [byte]($Number -band 0xFF) }
        function U16s([int[]] $Numbers) { foreach ($number in $Numbers) { U16 $number } }
        function Vector8([byte[]] $Content) { @([byte]$Content.Length) + $Content }
        function Vector16([byte[]] $Content) { @(U16 $Content.Length) + $Content }
        function Ascii([string] $Text) { [Text.Encoding]::ASCII.GetBytes($Text) }
        function Extension([int] $Type, [byte[]] $Content) { @(U16 $Type) + @(Vector16 $Content) }
        function Get-Noise([int] $Count) { $bytes = [byte[]]::new($Count); [Random]::new(1).NextBytes($bytes); $bytes }

        # RFC 8446 section 4.1.2; draft-ietf-tls-ecdhe-mlkem: X25519MLKEM768 (0x11EC) has a key share of 1,216 bytes. GREASE (RFC 8701) as browsers send it, and what names the server at the end.
        function Get-Hello([string] $Name, [string[]] $Alpn, [byte[]] $Extension) {
            $shares = @(U16 0x1A1A) + @(Vector16 0) + @(U16 0x11EC) + @(Vector16 (Get-Noise 1216)) + @(U16 0x001D) + @(Vector16 (Get-Noise 32))
            $extensions = @(Extension 0x2A2A @()) + @(Extension 51 (Vector16 $shares)) + $Extension + @(Extension 43 (Vector8 (U16s 0x0304, 0x0303))) +
                @(Extension 10 (Vector16 (U16s 0x1A1A, 0x11EC, 0x001D))) + @(Extension 13 (Vector16 (U16s 0x0403, 0x0804))) +
                @(Extension 16 (Vector16 ($Alpn | ForEach-Object { Vector8 (Ascii $_) }))) + @(Extension 0 (Vector16 (@([byte]0) + @(Vector16 (Ascii $Name)))))
            $body = @(U16 0x0303) + @(Get-Noise 32) + @(Vector8 (Get-Noise 32)) + @(Vector16 (U16s 0x3A3A, 0x1301, 0x1302, 0x1303)) + 1, 0 + @(Vector16 $extensions)
            [byte[]](@(1, 0) + @(Vector16 $body))
        }

        # https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md: the beginning of a SHA-256 of numbers in order, without GREASE, server name and ALPN
        function Get-Ja4Hash([string] $Text) { [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([byte[]](Ascii $Text))).ToLowerInvariant().Substring(0, 12) }

        # Ethernet II, IPv4 (RFC 791): to a card that nobody has, so that no kernel answers. Checksums are left to the card, as kernels do.
        function Get-Frame([byte[]] $From, [byte[]] $To, [int] $Protocol, [byte[]] $Content) {
            [byte[]](@(2, 0, 0x5E, 0x10, 0, 2, 2, 0, 0x5E, 0x10, 0, 1, 8, 0) + @(0x45, 0) + @(U16 (20 + $Content.Length)) + @(0, 0, 0x40, 0, 64, $Protocol, 0, 0) + $From + $To + $Content)
        }
        # RFC 9293 section 3.1
        function Get-Segment([int] $FromPort, [int] $ToPort, [long] $Sequence, [long] $Acknowledgment, [int] $Flags, [byte[]] $Content) {
            [byte[]](@(U16s $FromPort, $ToPort, ($Sequence -shr 16), ($Sequence -band 0xFFFF), ($Acknowledgment -shr 16), ($Acknowledgment -band 0xFFFF)) + @(0x50, $Flags) + @(U16s 65535, 0, 0) + $Content)
        }
        # RFC 768
        function Get-Datagram([int] $FromPort, [int] $ToPort, [byte[]] $Content) { [byte[]](@(U16s $FromPort, $ToPort, (8 + $Content.Length), 0) + $Content) }

        # RFC 8446 section 7.1
        function Get-Label([byte[]] $Secret, [string] $Label, [int] $Length) {
            [byte[]] $context = @(U16 $Length) + @(Vector8 (Ascii "tls13 $Label")) + 0
            , [Security.Cryptography.HKDF]::Expand([Security.Cryptography.HashAlgorithmName]::SHA256, $Secret, $Length, $context)
        }
        # A client's Initial packet of 1,200 bytes with one CRYPTO frame (RFC 9000 sections 17.2.2 and 19.6), protected as RFC 9001 section 5 says.
        function Get-Initial([int] $Number, [int] $Offset, [byte[]] $Part) {
            [byte[]] $id = 0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08
            [byte[]] $salt = [Convert]::FromHexString('38762CF7F55934B34D179AE6A4C80CADCCBB7F0A')
            $size, $tagSize, $numberAt = 1200, 16, 18
            [byte[]] $header = @(0xC0, 0, 0, 0, 1) + @(Vector8 $id) + @(0, 0) + @(U16 (0x4000 -bor ($size - $numberAt))) + $Number
            [byte[]] $plain = [byte[]]::new($size - $header.Length - $tagSize)
            [byte[]] $frame = @(6) + @(U16s (0x4000 -bor $Offset), (0x4000 -bor $Part.Length)) + $Part
            $frame.CopyTo($plain, 0)

            $hash = [Security.Cryptography.HashAlgorithmName]::SHA256
            $secret = Get-Label ([Security.Cryptography.HKDF]::Extract($hash, $id, $salt)) 'client in' 32
            [byte[]] $nonce = Get-Label $secret 'quic iv' 12
            $nonce[11] = $nonce[11] -bxor $Number
            [byte[]] $sealed = [byte[]]::new($plain.Length)
            [byte[]] $tag = [byte[]]::new($tagSize)
            $gcm = [Security.Cryptography.AesGcm]::new([byte[]](Get-Label $secret 'quic key' 16), $tagSize)
            $gcm.Encrypt($nonce, $plain, $sealed, $tag, $header)
            $gcm.Dispose()
            [byte[]] $packet = $header + $sealed + $tag

            $aes = [Security.Cryptography.Aes]::Create()
            $aes.Key = Get-Label $secret 'quic hp' 16
            $mask = $aes.EncryptEcb([byte[]]$packet[($numberAt + 4)..($numberAt + 19)], [Security.Cryptography.PaddingMode]::None)
            $aes.Dispose()
            $packet[0] = $packet[0] -bxor ($mask[0] -band 0x0F)
            $packet[$numberAt] = $packet[$numberAt] -bxor $mask[1]
            $packet
        }
        #endregion

        #region The link
        $space, $near, $far = "nmp$PID", "nmq$PID", "nmr$PID"
        Connect-Namespace $space $near $far
        #endregion

        $client, $server = [byte[]](198, 18, 215, 1), [byte[]](198, 18, 215, 2) # RFC 2544: addresses for tests of network devices
        $ciphers = Get-Ja4Hash '1301,1302,1303'

        # Over TCP: the handshake, then the hello's last part, its first one twice, and what is missing.
        [byte[]] $hello = Get-Hello 'post-quantum.example.com' 'h2', 'http/1.1' (Extension 35 (Get-Noise 600))
        [byte[]] $record = @(22, 3, 1) + @(Vector16 $hello)
        $first, $second = 1400, 1700
        $fromClient = { param($at, $content, $flags = 0x18) Get-Frame $client $server 6 (Get-Segment 40000 8443 (0xFFFFFF00L + $at -band 0xFFFFFFFFL) 8 $flags $content) }
        $frames = @(
            , (& $fromClient 0 @() 2)
            , (Get-Frame $server $client 6 (Get-Segment 8443 40000 7 0xFFFFFF01L 0x12 @()))
            , (& $fromClient 1 @() 0x10)
            , (& $fromClient (1 + $second) $record[$second..($record.Length - 1)])
            , (& $fromClient 1 $record[0..($first - 1)])
            , (& $fromClient 1 $record[0..($first - 1)])
            , (& $fromClient (1 + $first) $record[$first..($second - 1)])
        )

        # Over QUIC: two Initials, the second one first. RFC 9000 section 18.2: max_idle_timeout of 30 s
        [byte[]] $quicHello = Get-Hello 'quic.example.com' 'h3' (@(Extension 0x39 (1, 4, 0x80, 0, 0x75, 0x30)) + @(Extension 35 (Get-Noise 500)))
        $half = 1000
        $frames += , (Get-Frame $client $server 17 (Get-Datagram 40001 8443 (Get-Initial 1 $half $quicHello[$half..($quicHello.Length - 1)])))
        $frames += , (Get-Frame $client $server 17 (Get-Datagram 40001 8443 (Get-Initial 0 0 $quicHello[0..($half - 1)])))

        $file = [IO.Path]::Combine($TestDrive, 'frames')
        [IO.File]::WriteAllLines($file, [string[]]@($frames | ForEach-Object { [Convert]::ToHexString([byte[]]$_) }))

        Start-NetMonitor -Interface $near
        $shell = @(Get-ShellWord)
        $said = (& ip netns exec $space @shell -File ([IO.Path]::Combine($PSScriptRoot, 'Send-Frame.ps1')) $far $file 2>&1) -join "`n"
        Stop-NetMonitor -Name $near -PassThru -OutVariable monitor | Out-Null
        $rows = @($monitor.Snapshot())
        $tls = @($rows | Where-Object { "$($_.Protocol)" -eq 'TCP' })
        $quic = @($rows | Where-Object { "$($_.Protocol)" -eq 'UDP' -and $_.RemotePort -eq 8443 })
    }

    AfterAll {
        & ip netns del $space
    }

    It 'is larger than what a packet carries, and was sent without complaint' {
        $hello.Length | Should -BeGreaterThan 1800
        $quicHello.Length | Should -BeGreaterThan 1800
        $said | Should -BeNullOrEmpty
    }

    It 'is read over TCP from segments out of order, one of them twice' {
        $tls.Count | Should -Be 1
        $tls[0].Sni | Should -Be 'post-quantum.example.com'
        $tls[0].Application | Should -Be 'HTTPS'
        $tls[0].Details.AlpnOffered | Should -Be 'h2', 'http/1.1'
        $tls[0].Details.Ja4 | Should -Be "t13d0307h2_${ciphers}_$(Get-Ja4Hash '000a,000d,0023,002b,0033_0403,0804')"
    }

    It 'crossed the link as disordered as it was sent' {
        $tls[0].PacketsSent + $tls[0].PacketsReceived | Should -Be 7
        $tls[0].Tcp.OutOfOrder + $tls[0].Tcp.Retransmissions | Should -Be 3
    }

    It 'is read over QUIC from Initials of swapped datagrams' {
        $quic.Count | Should -Be 1
        $quic[0].Sni | Should -Be 'quic.example.com'
        $quic[0].Application | Should -Be 'HTTP/3'
        $quic[0].Details.AlpnOffered | Should -Be 'h3'
        $quic[0].Details.IdleTimeout | Should -Be ([TimeSpan]::FromSeconds(30))
        $quic[0].Details.Ja4 | Should -Be "q13d0308h3_${ciphers}_$(Get-Ja4Hash '000a,000d,0023,002b,0033,0039_0403,0804')"
    }
}
