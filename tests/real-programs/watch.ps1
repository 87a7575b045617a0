# Run by run.sh in our shell: watches loopback until the stop file appears, then prints one Markdown row per connection of the ports that run.sh wrote to the names file.
param([string] $Work)
$ErrorActionPreference = 'Stop'
$names = @{}
foreach ($line in [IO.File]::ReadAllLines("$Work/names")) { $port, $name = $line -split "`t", 2; $names[[int] $port] = $name }
# Asked again and again: each connection is kept as it was last seen. The secrets that one of the clients writes come while it talks.
Start-NetMonitor -Interface lo -Name real -KeyLog "$Work/keys"
[IO.File]::WriteAllText("$Work/ready", "ready")
$seen = [ordered] @{}
do {
    $stop = [IO.File]::Exists("$Work/stop")
    foreach ($connection in Get-NetConnectionLive -Name real) {
        if ($names.ContainsKey([int] $connection.RemotePort) -or $names.ContainsKey([int] $connection.LocalPort)) { $seen["$($connection.Id)"] = $connection }
    }
    [Threading.Thread]::Sleep(300)
} until ($stop)
Stop-NetMonitor -Name real
'| Program and server | Protocol | Application | Confidence | State | Name | Details |'
'|---|---|---|---|---|---|---|'
foreach ($connection in $seen.Values) {
    $port = if ($names.ContainsKey([int] $connection.RemotePort)) { [int] $connection.RemotePort } else { [int] $connection.LocalPort }
    $name = @($connection.Sni, $connection.HostName, $connection.Details.QueryName).Where({ $_ }, 'First')[0]
    $ja4 = $connection.Details.Ja4
    $details = "$($connection.Details.Summary)" + $(if ($ja4) { " JA4 $ja4" })
    '| ' + (@($names[$port], $connection.Protocol, $connection.Application, $connection.Confidence, $connection.State, $name, $details).ForEach({ "$_".Replace('|', '\|') }) -join ' | ') + ' |'
}
