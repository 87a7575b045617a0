#!/usr/bin/env bash
# A flood of SYNs, each of a new pair of ends, from a network namespace into a monitored veth interface, beside 50 connections that are in use.
# Needs root, Linux, iproute2 and a PowerShell 7.6 (or ours). Usage: bench/syn-flood.sh [SYNS [PER-SECOND]]; pwsh is taken from $PWSH.
set -euo pipefail
cd "$(dirname "$0")/.."
syns=${1:-5000000}
rate=${2:-0}
pwsh=${PWSH:-pwsh}
bench=$PWD/bench/NetMonitor.Bench/bin/Release/net10.0/NetMonitor.Bench
[[ -x $bench ]] || dotnet build bench/NetMonitor.Bench -c Release -v q -nologo
space=netmonitor-flood
outer=nmflood0
inner=nmflood1
port=7000
folder=$(mktemp -d)
cleanup() {
    [[ -z ${talkers:-} ]] || kill "$talkers" 2>/dev/null || true
    ip netns del $space 2>/dev/null || true
    ip link del $outer 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

ip netns add $space
ip link add $outer type veth peer name $inner
ip link set $inner netns $space
ip addr add 10.201.0.1/24 dev $outer
ip link set $outer up
ip -n $space addr add 10.201.0.2/24 dev $inner
ip -n $space link set $inner up

"$pwsh" -NoProfile -File bench/syn-flood.ps1 $outer $port "$folder" &
watcher=$!
until [[ -e $folder/ready ]]; do sleep 0.2; kill -0 $watcher; done

# Fifty connections that say something every second.
ip netns exec $space bash -c '
    fds=()
    for i in {1..50}; do exec {fd}<>/dev/tcp/10.201.0.1/'$port'; fds+=("$fd"); done
    while true; do for fd in "${fds[@]}"; do echo hello >&"$fd"; done; sleep 1; done' &
talkers=$!
sleep 3
touch "$folder/flooding"
ip netns exec $space "$bench" flood $inner --packets "$syns" --rate "$rate"
touch "$folder/over"
wait $watcher
