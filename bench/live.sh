#!/usr/bin/env bash
# Frames of one size at a rate, put into one end of a veth pair as if received, where one tool after the other watches: what each lost and cost.
# Needs root, Linux 5.18 and iproute2; tcpdump and tshark are measured where they are. The kernel that injects has one processor, the watcher another.
# Usage: bench/live.sh [SECONDS [SIZE:RATE …]]      default: 5 64:500000 64:0 1448:250000 1448:0; a rate of 0 is as fast as can be
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
shift || true
loads=("$@")
((${#loads[@]})) || loads=(64:500000 64:0 1448:250000 1448:0)
./build.sh Bench >/dev/null 2>&1 help || true # builds it
bench=$PWD/out/bench/program/NetMonitor.Bench
near=nmlive0
far=nmlive1
folder=$(mktemp -d)
cleanup() {
    ip link del $near 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT
ip link add $near type veth peer name $far
for device in $near $far; do
    sysctl -qw net.ipv6.conf.$device.disable_ipv6=1
    ip link set $device up
done

# watch NAME COMMAND…: runs a tool while frames are sent; its words go to $folder/watch, its processor time in seconds to $folder/cpu
watch() {
    local size=$1 rate=$2 ready=$3
    shift 3
    : >"$folder/watch"
    (TIMEFORMAT='%U %S'; time taskset -c 0 "$@" >"$folder/out" 2>"$folder/watch") 2>"$folder/cpu" &
    local job=$! i
    for ((i = 0; i < 200; i++)); do grep -q "$ready" "$folder/watch" && break; sleep 0.05; done
    sent=$(taskset -c 1 "$bench" inject $near --size "$size" --rate "$rate" --seconds "$seconds")
    sleep 1
    local tool
    tool=$(pgrep -n -x -f "$(printf '%s ' "$@" | sed 's/ $//; s/[][\\.*^$+?(){}|]/\\&/g')" || true)
    [[ $1 == "$bench" || -z $tool ]] || kill -INT "$tool"
    wait $job || true
    cpu=$(awk '{printf "%.2f", $1 + $2}' "$folder/cpu")
}

number() { grep -oE "$1" "$2" | head -1 | tr -cd 0-9 || true; }

echo "| frames | sent per second | tool | frames lost | processor |"
echo "|---|---:|---|---:|---:|"
for load in "${loads[@]}"; do
    size=${load%:*}
    rate=${load#*:}
    [[ $rate != 0 ]] || rate=100000000
    for tool in NetMonitor tcpdump tshark; do
        case $tool in
            NetMonitor)
                watch "$size" "$rate" ready "$bench" live $near --seconds $((seconds + 2))
                kernel=$(number 'kernel dropped [0-9,]+' "$folder/out")
                queue=$(number 'queue dropped [0-9,]+' "$folder/out")
                lost="$((kernel + queue)) (kernel $kernel, queue $queue)"
                ;;
            tcpdump)
                command -v tcpdump >/dev/null || continue
                watch "$size" "$rate" 'listening on' tcpdump -i $near -n -w /dev/null
                lost=$(number '[0-9]+ packets dropped by kernel' "$folder/watch")
                ;;
            tshark)
                command -v tshark >/dev/null || continue
                watch "$size" "$rate" 'Capturing on' tshark -i $near -n -q
                lost=$(number '[0-9]+ packets? dropped' "$folder/watch")
                ;;
        esac
        echo "| $size bytes | $(sed -E 's/.*, ([0-9,]+) per second/\1/' <<<"$sent") | $tool | ${lost:-0} of $(sed -E 's/injected ([0-9,]+) frames.*/\1/' <<<"$sent") | $cpu s |"
    done
done
