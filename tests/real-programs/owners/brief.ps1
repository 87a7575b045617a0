# How many of COUNT processes that connect, send and exit within milliseconds get their connection named. run.sh starts it; arguments: PORT COUNT PROGRAM
$port, $count, $program = $args
$session = Start-NetMonitor lo -Name brief -CaptureFilter "tcp port $port" -PassThru
$rows = @{}
function Save {
    [Threading.Thread]::Sleep(2200)     # a closed row stays for 5 s
    foreach ($row in Get-NetConnectionLive -Name brief -RemotePort $port) { $rows[$row.Id] = $row }
}
for ($i = 1; $i -le $count; $i++) {
    $process = [Diagnostics.Process]::Start($program, "$port")
    $process.WaitForExit()
    $process.Dispose()
    if ($i % 50 -eq 0) { Save }
}
Save
$named = @($rows.Values | Where-Object { $_.ProcessName -eq 'brief' })
$full = @($named | Where-Object { $_.ProcessPath -eq $program -and $_.ParentProcesses.Count -gt 0 -and $_.UserName })
[Console]::WriteLine("method $($session.Attribution): $($rows.Count) connections of $count processes, $($named.Count) named, $($full.Count) with path, user and parents")
Stop-NetMonitor brief
