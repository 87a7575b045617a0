# Puts Ethernet frames on a link as they are, in order: through a packet socket (packet(7)), one for each line of a file, in hexadecimal. Runs inside of the network namespace
# that the link is in; needs the right to.
param([string] $Interface, [string] $Path)
$ErrorActionPreference = 'Stop'

# struct sockaddr_ll: family, protocol, index of the interface; the rest is for those who receive.
class LinkEndPoint : Net.EndPoint {
    [int] $Index
    LinkEndPoint([int] $index) { $this.Index = $index }
    [Net.SocketAddress] Serialize() {
        $size, $indexAt = 20, 4
        $address = [Net.SocketAddress]::new([Net.Sockets.AddressFamily]::Packet, $size)
        $bytes = [BitConverter]::GetBytes($this.Index)
        for ($i = 0; $i -lt $bytes.Length; $i++) { $address[$indexAt + $i] = $bytes[$i] }
        return $address
    }
}

$socket = [Net.Sockets.Socket]::new([Net.Sockets.AddressFamily]::Packet, [Net.Sockets.SocketType]::Raw, [Net.Sockets.ProtocolType]::Unspecified)
$socket.Bind([LinkEndPoint]::new([int][IO.File]::ReadAllText("/sys/class/net/$Interface/ifindex")))
foreach ($line in [IO.File]::ReadAllLines($Path)) { $null = $socket.Send([Convert]::FromHexString($line)) }
$socket.Dispose()
