#!/usr/bin/env bash
# Makes docs/pictures/report-light.png and report-dark.png from traffic that traffic.sh makes (see there for what it needs), with Chromium and
# pngquant. Needs the module built (./build.sh Build). Usage: pictures.sh [CAPTURE]
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
capture=${1:-$work/demo.pcap}
[ -n "${1:-}" ] || "$here/traffic.sh" "$capture"
"$root/build.sh" Shell -Command "New-NetMonitorReport '$work/report.html' -CapturePath '$capture' -Title 'Office network, Sunday evening'"
mkdir -p "$root/docs/pictures"
for theme in light dark; do
    TZ=UTC chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=3000 --user-data-dir="$work/profile" \
        --window-size=1280,2440 --screenshot="$work/$theme.png" "file://$work/report.html#$theme" 2>/dev/null
    pngquant --force --strip --quality 60-95 --output "$root/docs/pictures/report-$theme.png" "$work/$theme.png"
done
ls -l "$root/docs/pictures"
