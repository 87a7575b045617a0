#!/usr/bin/env bash
# Usage: netem.sh [MEGABYTES]
# A sender and a receiver with a lossy, slow, reordering network between them (three network namespaces; 40 ms each way, 2 % loss and 5 % reordering on the way there, by
# `tc netem`, or by slow-network.py where the kernel has no netem). Prints what the sender's kernel (ss -ti), tshark and our module make of the same traffic, as captured at the sender: the table of docs/numbers.md.
# Needs root, iproute2, python3, tcpdump, tshark.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
megabytes=${1:-3}
sender=tcp-netem-a middle=tcp-netem-m receiver=tcp-netem-b
work=$(mktemp -d)
pids=()
stop_all() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    for name in $sender $middle $receiver; do ip netns del $name 2>/dev/null || true; done
    rm -rf "$work"
}
trap stop_all EXIT

for name in $sender $middle $receiver; do ip netns add $name && ip -n $name link set lo up; done
for end in a b; do
    name=tcp-netem-$end
    ip -n $middle link add v$end type veth peer name eth0 netns $name
    ip -n $middle link set v$end up
    ip -n $name link set eth0 gso_max_segs 1 up # one segment is one packet, as on a wire
done
ip -n $sender addr add 10.77.0.1/24 dev eth0
ip -n $receiver addr add 10.77.0.2/24 dev eth0
if ip netns exec $middle tc qdisc add dev vb root netem delay 40ms loss 2% reorder 5% 25% limit 10000 2>/dev/null; then
    by=netem
    ip netns exec $middle tc qdisc add dev va root netem delay 40ms limit 10000
    ip -n $middle link add br0 type bridge
    ip -n $middle link set br0 up
    for end in a b; do ip -n $middle link set v$end master br0; done
else
    by=slow-network.py
    ip netns exec $middle python3 "$here/slow-network.py" va vb "$work/network" & network=$! && pids+=($network)
    sleep 0.5
fi

cat >"$work/receiver.py" <<'PY'
import socket
server = socket.create_server(("10.77.0.2", 5001))
connection, _ = server.accept()
while connection.recv(65536):
    pass
connection.close()
PY
cat >"$work/sender.py" <<'PY'
import socket, subprocess, sys, time
connection = socket.create_connection(("10.77.0.2", 5001))
connection.sendall(b"x" * (int(sys.argv[1]) * 1000000))
while True:  # until all is acknowledged
    text = subprocess.run(["ss", "-tino", "dport = 5001"], capture_output=True, text=True).stdout
    if "unacked:" not in text and "notsent:" not in text:
        break
    time.sleep(0.05)
open(sys.argv[2], "w").write(text)
connection.close()
time.sleep(0.5)
PY

ip netns exec $receiver python3 "$work/receiver.py" & pids+=($!)
ip netns exec $sender tcpdump -i eth0 -U -w "$work/sender.pcap" tcp port 5001 2>"$work/tcpdump.log" & capture=$! && pids+=($capture)
until grep -q 'listening on' "$work/tcpdump.log"; do sleep 0.1; done
ip netns exec $sender python3 "$work/sender.py" "$megabytes" "$work/ss"
sleep 1
kill "$capture" && wait "$capture" 2>/dev/null || true

if [ $by = netem ]; then
    dropped=$(ip netns exec $middle tc -s qdisc show dev vb | grep -oP 'dropped \K[0-9]+' | head -1)
    passed=$(ip netns exec $middle tc -s qdisc show dev vb | grep -oP 'Sent [0-9]+ bytes [0-9]+' | awk '{ print $4 }' | head -1)
else
    kill "$network" && wait "$network" 2>/dev/null || true
    read -r dropped passed <"$work/network"
fi
kernel() { grep -oP "(?<=[ \t])$1:\K[^ ]+" "$work/ss" | head -1; }
shark() { tshark -n -r "$work/sender.pcap" -Y "$1" 2>/dev/null | wc -l; }
median() { sort -n | awk '{ v[NR] = $1 * 1000 } END { if (NR) printf "%.1f", v[int((NR + 1) / 2)] }'; }
ack_rtt() { tshark -n -r "$work/sender.pcap" -Y 'tcp.analysis.ack_rtt && tcp.srcport == 5001' -T fields -e tcp.analysis.ack_rtt 2>/dev/null; }

ours=$("$root/build.sh" Shell -Command "
\$c = Import-NetCapture '$work/sender.pcap'
\$t = \$c.Tcp
'{0:F1}|{1:F1}|{2:F1}|{3:F1}|{4:F1}|{5}|{6}|{7}|{8}|{9}|{10:F2}' -f \$t.SmoothedRtt.TotalMilliseconds, \$t.RttVariance.TotalMilliseconds, \$t.MinimumRtt.TotalMilliseconds,
    \$t.MaximumRtt.TotalMilliseconds, \$t.HandshakeRtt.TotalMilliseconds, \$t.Retransmissions, \$t.FastRetransmissions, \$t.SpuriousRetransmissions, \$t.OutOfOrder, \$t.DuplicateAcks,
    (100 * \$c.LossRatio)" | tail -1)
IFS='|' read -r srtt var min max handshake retrans fast spurious order dup loss <<<"$ours"

echo "$by dropped $dropped of $((dropped + passed)) packets on the way there."
echo "| | NetMonitor | kernel (ss -ti) | tshark |"
echo "|---|---:|---:|---:|"
echo "| smoothed RTT, ms | $srtt | $(kernel rtt | cut -d/ -f1) | |"
echo "| RTT variance, ms | $var | $(kernel rtt | cut -d/ -f2) | |"
echo "| shortest RTT, ms | $min | $(kernel minrtt) | $(ack_rtt | sort -n | head -1 | awk '{ printf "%.1f", $1 * 1000 }') |"
echo "| median RTT of an ACK, ms | | | $(ack_rtt | median) |"
echo "| handshake RTT, ms | $handshake | | $(tshark -n -r "$work/sender.pcap" -Y 'tcp.analysis.initial_rtt' -T fields -e tcp.analysis.initial_rtt 2>/dev/null | head -1 | median) |"
echo "| retransmissions | $retrans | $(kernel retrans | cut -d/ -f2) | $(shark tcp.analysis.retransmission) |"
echo "| fast retransmissions | $fast | | $(shark tcp.analysis.fast_retransmission) |"
echo "| spurious retransmissions | $spurious | | $(shark tcp.analysis.spurious_retransmission) |"
echo "| out of order | $order | | $(shark tcp.analysis.out_of_order) |"
echo "| duplicate ACKs | $dup | | $(shark tcp.analysis.duplicate_ack) |"
echo "| loss, % of data segments | $loss | | |"
