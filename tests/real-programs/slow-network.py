"""Usage: slow-network.py LEFT RIGHT LOG

Carries Ethernet frames between two interfaces as a bad network would: 40 ms each way, and from LEFT to RIGHT 2 % of the frames are lost and 5 % come 10 ms
early, before frames sent sooner. What `tc netem` does, for kernels without it. At SIGTERM the numbers of frames lost and carried from LEFT to RIGHT are written to
LOG.
"""
import heapq
import itertools
import random
import select
import signal
import socket
import struct
import sys
import time

DELAY = 0.040
EARLY = 0.010
LOSS = 0.02
REORDERING = 0.05
ETHERTYPE_ALL = 3
ETHERTYPE_AT = 12
IPV4 = 0x0800
TCP = 6


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_checksum(frame):
    """The sender's kernel leaves the TCP checksum to a network card, which there is none of."""
    if struct.unpack_from("!H", frame, ETHERTYPE_AT)[0] != IPV4 or frame[23] != TCP:
        return frame
    size = struct.unpack_from("!H", frame, 16)[0]
    start = 14 + (frame[14] & 15) * 4
    segment = bytearray(frame[start:14 + size])
    segment[16:18] = b"\0\0"
    pseudo = frame[26:34] + struct.pack("!HH", TCP, len(segment))
    struct.pack_into("!H", segment, 16, checksum(pseudo + bytes(segment)))
    return frame[:start] + bytes(segment)


def main():
    left, right = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE_ALL)) for _ in range(2))
    left.bind((sys.argv[1], 0))
    right.bind((sys.argv[2], 0))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    chance = random.Random(1)
    under_way, order = [], itertools.count()
    lost = carried = 0
    try:
        while True:
            timeout = max(0, under_way[0][0] - time.monotonic()) if under_way else None
            for source in select.select([left, right], [], [], timeout)[0]:
                frame, address = source.recvfrom(65536)
                if address[2] == socket.PACKET_OUTGOING:
                    continue
                due = time.monotonic() + DELAY
                if source is left:
                    if chance.random() < LOSS:
                        lost += 1
                        continue
                    carried += 1
                    if chance.random() < REORDERING:
                        due -= EARLY
                heapq.heappush(under_way, (due, next(order), right if source is left else left, with_checksum(frame)))
            while under_way and under_way[0][0] <= time.monotonic():
                _, _, to, frame = heapq.heappop(under_way)
                to.send(frame)
    finally:
        with open(sys.argv[3], "w") as log:
            log.write("%d %d\n" % (lost, carried))


main()
