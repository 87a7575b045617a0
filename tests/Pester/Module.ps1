# What the tests of the cmdlets share: dot-source this in BeforeAll. Language and .NET only, so that the project's own shell runs it.

$path = if ($env:NETMONITOR_MODULE) { $env:NETMONITOR_MODULE } else { [IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'module', 'NetMonitor', 'NetMonitor.psd1') }
Import-Module ([IO.Path]::GetFullPath($path))

# A loopback connection that is open until it is disposed of: an object with Port, Send() and Dispose().
class LoopbackTraffic {
    [Net.Sockets.TcpListener] $Listener
    [Net.Sockets.TcpClient] $Client
    [int] $Port

    LoopbackTraffic() {
        $this.Listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $this.Listener.Start()
        $this.Port = $this.Listener.LocalEndpoint.Port
        $this.Client = [Net.Sockets.TcpClient]::new()
        $this.Client.Connect('127.0.0.1', $this.Port)
    }

    [void] Send([int] $bytes) { $this.Client.GetStream().Write([byte[]]::new($bytes), 0, $bytes) }

    [void] Dispose() {
        $this.Client.Dispose()
        $this.Listener.Stop()
    }
}

# Writes a capture (pcap, draft-ietf-opsawg-pcap; microseconds, little-endian, raw IP) of one UDP datagram each from 10.0.0.2 to the ports given of 192.0.2.7.
function New-CaptureFile([string] $Path, [int[]] $Port = @(7001, 7002, 7003), [int] $CutLastBytes = 0) {
    $stream = [IO.MemoryStream]::new()
    $writer = [IO.BinaryWriter]::new($stream)
    $magic, $linkTypeRaw, $snapLength = 0xA1B2C3D4L, 101, 65535
    $writer.Write([uint32]$magic); $writer.Write([uint16]2); $writer.Write([uint16]4)
    $writer.Write([uint32]0); $writer.Write([uint32]0); $writer.Write([uint32]$snapLength); $writer.Write([uint32]$linkTypeRaw)
    foreach ($number in $Port) {
        $packet = [byte[]](
            0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 192, 0, 2, 7, # IPv4 (RFC 791), 32 bytes, UDP
            0xC0, 0x00, ($number -shr 8), ($number -band 0xFF), 0, 12, 0, 0, # UDP (RFC 768), 12 bytes
            1, 2, 3, 4)
        $writer.Write([uint32]1700000000); $writer.Write([uint32]$number)
        $writer.Write([uint32]$packet.Length); $writer.Write([uint32]$packet.Length)
        $writer.Write($packet)
    }
    $writer.Flush()
    $bytes = $stream.ToArray()
    [IO.File]::WriteAllBytes($Path, $bytes[0..($bytes.Length - 1 - $CutLastBytes)])
}

# The first event that a subscription has queued, waited for: what Wait-Event gives where there is one.
function Wait-ReceivedEvent($Events, [string] $SourceIdentifier) {
    $deadline = [DateTime]::UtcNow.AddSeconds(20)
    while ([DateTime]::UtcNow -lt $deadline) {
        [Threading.Monitor]::Enter($Events.ReceivedEvents.SyncRoot)
        try { foreach ($item in $Events.ReceivedEvents) { if ($item.SourceIdentifier -eq $SourceIdentifier) { return $item } } }
        finally { [Threading.Monitor]::Exit($Events.ReceivedEvents.SyncRoot) }
        $null = [Threading.Thread]::Yield()
    }
}

# Runs a block; gives its errors, terminating or not.
function Get-ErrorOf([scriptblock] $Block) {
    try {
        & $Block 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
    }
    catch {
        $_
    }
}
