# The watcher's part of syn-flood.sh: monitors the interface, accepts the connections, and prints what the monitor holds and counts.
param([string] $Interface, [int] $Port, [string] $Folder)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'out', 'module', 'NetMonitor', 'NetMonitor.psd1'))

function Write-State([string] $What) {
    $memory = [regex]::Match([IO.File]::ReadAllText('/proc/self/status'), 'VmRSS:\s+(\d+)').Groups[1].Value / 1000
    $c = $monitor.Counters
    [Console]::WriteLine(('{0,-8} {1,4:0} MB resident, {2,9:N0} received, {3,7:N0} in the table, {4,9:N0} opened, {5,9:N0} half-open evicted, {6} others evicted, {7} refused, {8:N0} frames dropped' -f
            $What, $memory, $c.Received, $c.Connections, $c.Opened, $c.EvictedHalfOpen, $c.EvictedOther, $c.TableFull, ($c.QueueDropped + $c.KernelDropped)))
}

$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]'10.201.0.1', $Port)
$listener.Start()
$monitor = Start-NetMonitor $Interface -PassThru
[IO.File]::WriteAllText([IO.Path]::Combine($Folder, 'ready'), '')
$clients = [Collections.Generic.List[object]]::new()
while (-not [IO.File]::Exists([IO.Path]::Combine($Folder, 'flooding'))) {
    while ($listener.Pending()) { $clients.Add($listener.AcceptTcpClient()) }
    [Threading.Thread]::Sleep(50)
}
$before = @(Get-NetConnectionLive -LocalPort $Port -State ESTABLISHED).Id
Write-State 'before'
while (-not [IO.File]::Exists([IO.Path]::Combine($Folder, 'over'))) {
    [Threading.Thread]::Sleep(2000)
    Write-State 'flood'
}
[Threading.Thread]::Sleep(1000)
Write-State 'after'
$after = @(Get-NetConnectionLive -LocalPort $Port -State ESTABLISHED).Id
[Console]::WriteLine("established before: $($before.Count), the same ones after: $(@($before | Where-Object { $_ -in $after }).Count)")
Stop-NetMonitor
