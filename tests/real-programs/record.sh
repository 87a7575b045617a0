#!/usr/bin/env bash
# Records loopback traffic, kills the shell in the middle, and looks at what is in the file; then the same with a disk that is full. Root, capinfos.
# Prints a line for each; needs the module built (./build.sh Build) and a PowerShell (pwsh, or the path in $PWSH).
set -eu
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
pwsh="${PWSH:-pwsh}"
work="$(mktemp -d)"
trap 'umount "$work/small" 2>/dev/null || true; rm -rf "$work"' EXIT

cat > "$work/record.ps1" <<'SCRIPT'
param([string] $Module, [string] $Path, [int] $Milliseconds)
Import-Module $Module
Start-NetMonitor lo -CapturePath $Path -CaptureFilter 'udp port 9999' -Force
[Console]::WriteLine('ready')
[Threading.Thread]::Sleep($Milliseconds)
$monitor = Get-NetMonitor
[Console]::WriteLine("recorded $($monitor.Counters.Recorded), dropped $($monitor.Counters.RecordingDropped): $($monitor.RecordingFailure.Message)")
Stop-NetMonitor
SCRIPT

send() { # seconds
    python3 - "$1" <<'PYTHON'
import socket, sys, time
s, end, n = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), time.time() + float(sys.argv[1]), 0
while time.time() < end:
    s.sendto(n.to_bytes(8, 'big') + b'x' * 1000, ('127.0.0.1', 9999))
    n += 1
    if n % 50 == 0: time.sleep(0.001)
PYTHON
}

start() { # file milliseconds
    "$pwsh" -NoProfile -File "$work/record.ps1" "$root/out/module/NetMonitor/NetMonitor.psd1" "$1" "$2" > "$work/out.txt" 2>&1 &
    shell=$!
    until grep -q ready "$work/out.txt"; do kill -0 "$shell"; sleep 0.1; done
}

start "$work/killed.pcapng" 60000
send 5 & sender=$!
sleep 3
killed="$(date +%s.%N)"
kill -9 "$shell"
wait "$shell" 2>/dev/null || true
wait "$sender"
last="$(tshark -r "$work/killed.pcapng" -T fields -e frame.time_epoch | tail -1)"
echo "killed: $(capinfos -Mc "$work/killed.pcapng" | tail -1 | tr -s ' '), last packet $(python3 -c "print(round($killed - $last, 3))") s before the kill"

mkdir "$work/small"
mount -t tmpfs -o size=6m tmpfs "$work/small"
start "$work/small/full.pcapng" 6000
send 2
wait "$shell"
echo "full disk: $(tail -1 "$work/out.txt"); $(capinfos -Mc "$work/small/full.pcapng" | tail -1 | tr -s ' ')"
