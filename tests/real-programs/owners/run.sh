#!/usr/bin/env bash
# Usage: run.sh [PORT]      Repeats what docs/attribution.md measured, as root, on loopback. Needs gcc, python3, iproute2, setpriv and capsh (util-linux, libcap2-bin).
# The module must be built: ./build.sh Build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
port=${1:-39118}
work=$(mktemp -d)
chmod 755 "$work"
shell=$root/out/shell/netmonitor-shell
export NETMONITOR_MODULE=$root/out/module/NetMonitor/NetMonitor.psd1
gcc -O2 -o "$work/brief" "$here/brief.c"
python3 "$here/sink.py" "$port" &
sink=$!
trap 'kill $sink; rm -rf "$work"' EXIT
sleep 1

echo '# 1,000 processes of milliseconds: with the kernel program, and without it'
"$shell" -File "$here/brief.ps1" "$port" 1000 "$work/brief"
capsh --drop=cap_sys_admin,cap_bpf,cap_perfmon -- -c "'$shell' -File '$here/brief.ps1' $port 1000 '$work/brief'"

echo '# an ordinary user without capabilities'
user='setpriv --reuid=65534 --regid=65534 --inh-caps=-all'
HOME=$work $user --clear-groups "$shell" -File "$here/user.ps1" "$port"
if command -v dumpcap >/dev/null; then
    echo '# the same user in a group that may run dumpcap (a copy, so that the installed one stays as it is)'
    mkdir "$work/bin"
    cp "$(command -v dumpcap)" "$work/bin"
    chgrp 4242 "$work/bin/dumpcap"
    chmod 750 "$work/bin/dumpcap"
    setcap cap_net_raw,cap_net_admin+eip "$work/bin/dumpcap"
    PATH=$work/bin:$PATH HOME=$work $user --groups 4242 "$shell" -File "$here/user.ps1" "$port"
fi

echo '# what the kernel program costs a connection'
"$shell" -File "$here/overhead.ps1" "$port" 3000 "$work/brief"

echo '# one pass over 10,000 sockets'
ulimit -n 20000
dotnet run -c Release --project "$root/bench/NetMonitor.Bench" -- sockets
