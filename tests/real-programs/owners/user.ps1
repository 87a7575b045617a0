# What an ordinary user sees. run.sh starts it as one; argument: a port something of that user's listens on.
$port = $args[0]
foreach ($c in Get-NetMonitorCapability) { [Console]::WriteLine("$($c.Name.PadRight(20)) $($c.IsAvailable.ToString().PadRight(6)) $($c.Detail) $(if ($c.Command) { "-> $($c.Command)" })") }
$client = [Net.Sockets.TcpClient]::new('127.0.0.1', [int]$port)
$stream = $client.GetStream()
$stream.Write([byte[]]::new(5000), 0, 5000)
$session = Start-NetMonitor lo -Name user -PassThru
[Console]::WriteLine("sockets only: $($session.IsSocketsOnly)")
$stream.Write([byte[]]::new(5000), 0, 5000)
[Threading.Thread]::Sleep(2600)
foreach ($c in Get-NetConnectionLive -Name user -RemotePort $port) { [Console]::WriteLine("$c packets $($c.PacketsSent) bytes $($c.BytesSent) rtt $($c.Rtt.TotalMilliseconds) ms process $($c.ProcessName) ($($c.OwningProcess)) $($c.UserName)") }
$client.Dispose()
Stop-NetMonitor user
