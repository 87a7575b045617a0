# What the kernel program costs each connection: the same loop with and without it, in turn. run.sh starts it; arguments: PORT COUNT PROGRAM
$port, $count, $program = $args
foreach ($round in 1..5) {
    $without = & $program $port $count
    Start-NetMonitor lo -Name overhead -CaptureFilter 'udp port 9' -NoInspection     # no packets: the program in the kernel is all there is
    $with = & $program $port $count
    [Console]::WriteLine("round $round without $without ns, with $with ns, difference $([double]$with - [double]$without) ns ($((Get-NetMonitor overhead).Attribution))")
    Stop-NetMonitor overhead
}
