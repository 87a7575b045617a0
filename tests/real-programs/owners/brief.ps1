# How many of 1,000 processes that connect, send and exit within milliseconds get their connections. owners.sh starts it; ARGS: PORT COUNT PROGRAM
$port, $count, $program = $args
Start-NetMonitor lo -Name brief -CaptureFilter "tcp port $port"
Get-NetMonitor brief | ForEach-Object { [Console]::WriteLine("method    $($_.Attribution)") }
$clock = [Diagnostics.Stopwatch]::StartNew()
$lived = 0.0
for ($i = 0; $i -lt $count; $i++) {
    $process = [Diagnostics.Process]::Start($program, "$port")
    $process.WaitForExit()
    $lived += ($process.ExitTime - $process.StartTime).TotalMilliseconds
    $process.Dispose()
}
[Console]::WriteLine('lived     {0:0.0} ms each, {1:0.0} s in all' -f ($lived / $count), $clock.Elapsed.TotalSeconds)
[Threading.Thread]::Sleep(2500)
# A closed one leaves the table 5 s after, so those of the last seconds are asked for and the rest come from history through a second monitor: ask by port.
$rows = @(Get-NetConnectionLive -Name brief)
[Console]::WriteLine("rows      $($rows.Count)")
[Console]::WriteLine("named     $(@($rows | Where-Object ProcessName -EQ 'brief').Count)")
$rows | Where-Object ProcessName | ForEach-Object { "$($_.AttributionSource) $($_.AttributionQuality) $($_.ProcessName)" } | ForEach-Object -Begin { $n = @{} } -Process { $n[$_]++ } -End { $n.GetEnumerator() | ForEach-Object { [Console]::WriteLine("          $($_.Value) $($_.Key)") } }
Stop-NetMonitor brief
