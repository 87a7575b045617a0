#!/usr/bin/env bash
# Makes the capture that the report's pictures show: real clients and servers in two network namespaces of its own, every name under example.com
# or example.net and every address from the blocks for documentation (RFC 5737), about half a minute. Needs root, ip (iproute2), /dev/net/tun, tcpdump,
# openssl, curl and python3.
# Usage: traffic.sh OUT.pcap
set -eu
out=$(realpath -m "$1")
id="netmon-$$"
work=$(mktemp -d)
pids=()
end() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    ip netns del "$id-here" 2>/dev/null || true
    ip netns del "$id-there" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

here() { ip netns exec "$id-here" "$@"; }
there() { ip netns exec "$id-there" "$@"; }

ip netns add "$id-here"
ip netns add "$id-there"
cat > "$work/road.py" <<'PYTHON'
# The road between the two: a wire in user space that takes its time, more to some hosts than to others, and now and then loses a packet.
import ctypes, fcntl, heapq, os, random, select, struct, sys, time
random.seed(8)
libc = ctypes.CDLL(None, use_errno=True)
def tun(namespace, name):
    with open('/run/netns/' + namespace) as file:
        if libc.setns(file.fileno(), 0) != 0: raise OSError(ctypes.get_errno(), 'setns')
    fd = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(fd, 0x400454ca, struct.pack('16sH', name.encode(), 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
    return fd
ends = [tun(sys.argv[1], 'road'), tun(sys.argv[2], 'road')]
print('open', flush=True)
delays = {7: 9, 8: 4, 9: 95, 20: 24, 21: 38, 22: 140, 23: 61, 53: 6}  # milliseconds one way, by the last byte of the address over there
waiting, free = [], [0.0, 0.0]
while True:
    ready, _, _ = select.select(ends, [], [], max(0, waiting[0][0] - time.monotonic()) if waiting else None)
    for end in ready:
        packet, now, side = os.read(end, 2000), time.monotonic(), ends.index(end)
        host = packet[19] if side == 0 else packet[15]
        if random.random() < (.02 if host == 22 else .002): continue
        free[side] = max(free[side], now) + len(packet) / 6e6
        due = free[side] + delays.get(host, 10) / 1e3
        heapq.heappush(waiting, (due, random.random(), 1 - side, packet))
    while waiting and waiting[0][0] <= time.monotonic():
        _, _, side, packet = heapq.heappop(waiting)
        try: os.write(ends[side], packet)
        except OSError: pass  # the other end is not up yet
PYTHON
mkfifo "$work/open"
python3 "$work/road.py" "$id-here" "$id-there" > "$work/open" & pids+=($!)
read -r _ < "$work/open"
for space in here there; do "$space" ip link set lo up; "$space" ip link set road mtu 1500 up; done
for last in 10 11; do here ip addr add "198.51.100.$last/32" dev road; done
for last in 7 8 9 20 21 22 23 53; do there ip addr add "203.0.113.$last/32" dev road; done
here ip route add 203.0.113.0/24 dev road src 198.51.100.10
there ip route add 198.51.100.0/24 dev road

cd "$work"
certificate() { # name file
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" -keyout "$2.key" -out "$2.crt" 2>/dev/null
}
certificate www.example.com www
certificate old.example.net old
mkdir files
head -c 3000000 /dev/urandom > files/photo.jpg
head -c 400000 /dev/urandom > files/app.js
head -c 30000 /dev/urandom > files/index.html
head -c 12000000 /dev/urandom > backup.tar

cat > servers.py <<'PYTHON'
import http.server, socket, ssl, struct, threading, os
os.chdir('files')

class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *_): pass
    def do_POST(self):
        left = int(self.headers.get('Content-Length', 0))
        while left > 0:
            data = self.rfile.read(min(left, 65536))
            if not data: break
            left -= len(data)
        self.send_response(200); self.send_header('Content-Length', '2'); self.end_headers(); self.wfile.write(b'ok')

def web(address, port, certificate=None, old=False):
    server = http.server.ThreadingHTTPServer((address, port), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f'../{certificate}.crt', f'../{certificate}.key')
        context.set_alpn_protocols(['http/1.1'])
        if old:
            context.set_ciphers('ALL:@SECLEVEL=0')
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()

def lines(address, port, greeting, answers, default):
    def serve(client):
        try:
            client.sendall(greeting)
            for line in client.makefile('rb'):
                client.sendall(answers.get(line.split()[0].upper() if line.split() else b'', default))
        except OSError: pass
    def run():
        server = socket.create_server((address, port))
        while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
    threading.Thread(target=run, daemon=True).start()

def names(address):
    hosts = dict(line.split()[::-1] for line in open('../hosts') if line.strip())
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); server.bind((address, 53))
    def run():
        while True:
            query, client = server.recvfrom(512)
            labels, at = [], 12
            while query[at]: labels.append(query[at + 1:at + 1 + query[at]].decode()); at += 1 + query[at]
            found = hosts.get('.'.join(labels))
            question = query[12:at + 5]
            head = query[:2] + (b'\x81\x80' if found else b'\x81\x83') + struct.pack('!4H', 1, 1 if found else 0, 0, 0)
            answer = b'\xc0\x0c\x00\x01\x00\x01' + struct.pack('!IH', 300, 4) + socket.inet_aton(found) if found else b''
            server.sendto(head + question + answer, client)
    threading.Thread(target=run, daemon=True).start()

web('203.0.113.7', 443, 'www'); web('203.0.113.8', 443, 'www'); web('203.0.113.20', 443, 'www'); web('203.0.113.21', 443, 'www')
web('203.0.113.9', 443, 'old', old=True)
web('203.0.113.22', 80); web('203.0.113.7', 80)
lines('203.0.113.23', 21, b'220 ftp.example.net FTP server ready\r\n', {b'USER': b'331 Password required\r\n', b'PASS': b'230 Logged in\r\n', b'QUIT': b'221 Bye\r\n'}, b'200 OK\r\n')
lines('203.0.113.23', 25, b'220 mail.example.net ESMTP\r\n', {b'EHLO': b'250 mail.example.net\r\n', b'QUIT': b'221 Bye\r\n'}, b'250 OK\r\n')
lines('203.0.113.20', 22, b'SSH-2.0-OpenSSH_9.6\r\n', {}, b'')
names('203.0.113.53')
threading.Event().wait()
PYTHON
cat > hosts <<'HOSTS'
203.0.113.7 www.example.com
203.0.113.8 cdn.example.com
203.0.113.9 old.example.net
203.0.113.20 git.example.com
203.0.113.21 backup.example.com
203.0.113.22 mirror.example.net
203.0.113.23 mail.example.net
HOSTS

cat > clients.py <<'PYTHON'
import random, socket, struct, subprocess, threading, time
random.seed(8)
hosts = dict(line.split()[::-1] for line in open('hosts') if line.strip())
start = time.time()
def at(second): time.sleep(max(0, start + second - time.time()))

def look_up(name, source='198.51.100.10'):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((source, 0)); s.settimeout(2)
    query = struct.pack('!6H', random.randrange(65536), 0x100, 1, 0, 0, 0) + b''.join(bytes([len(l)]) + l.encode() for l in name.split('.')) + b'\0\0\1\0\1'
    s.sendto(query, ('203.0.113.53', 53))
    try: s.recv(512)
    except OSError: pass

def fetch(url, *more, source='198.51.100.10'):
    name = url.split('/')[2]
    look_up(name, source)
    port = 443 if url.startswith('https') else 80
    subprocess.run(['curl', '-sk', '-m', '25', '-o', '/dev/null', '--interface', source, '--resolve', f'{name}:{port}:{hosts[name]}', *more, url], check=False)

def talk(host, port, *lines, pause=.2, source='198.51.100.10'):
    with socket.create_connection((hosts[host], port), source_address=(source, 0)) as s:
        for line in lines: time.sleep(pause); s.sendall(line + b'\r\n')
        time.sleep(pause)

def browse(source, seconds):
    for second in seconds:
        at(second)
        page = random.choice(['https://www.example.com/', 'https://cdn.example.com/app.js', 'https://www.example.com/photo.jpg', 'https://cdn.example.com/photo.jpg', 'http://www.example.com/app.js'])
        fetch(page, source=source)

def mirror(): at(4); fetch('http://mirror.example.net/photo.jpg', '--limit-rate', '400K')
def backup(): at(13); fetch('https://backup.example.com/upload', '--limit-rate', '1500K', '-X', 'POST', '-H', 'Expect:', '--data-binary', '@backup.tar')
def old():
    for second in (6, 15, 21): at(second); fetch('https://old.example.net/index.html', '--tls-max', '1.1', '--ciphers', 'ALL:@SECLEVEL=0')
def git():
    for second in (3, 11, 19): at(second); fetch('https://git.example.com/app.js')
    talk('git.example.com', 22, b'SSH-2.0-OpenSSH_9.7')
def mail():
    at(8); talk('mail.example.net', 25, b'EHLO host.example.com', b'MAIL FROM:<a@example.com>', b'RCPT TO:<b@example.net>', b'QUIT')
    at(10); talk('mail.example.net', 21, b'USER alice', b'PASS secret', b'QUIT', source='198.51.100.11')
def sweep():
    at(17)
    for port in random.sample(range(1000, 9000), 24):
        s = socket.socket(); s.bind(('198.51.100.11', 0)); s.settimeout(.2)
        try: s.connect(('203.0.113.22', port))
        except OSError: pass
        s.close()
def lost():
    for n in range(12): at(5 + n * 1.4); look_up(f'{random.randrange(16 ** 8):08x}.example.net', '198.51.100.11')

jobs = [threading.Thread(target=browse, args=(source, sorted(random.uniform(0, 26) for _ in range(18)))) for source in ('198.51.100.10', '198.51.100.11')]
jobs += [threading.Thread(target=job) for job in (mirror, backup, old, git, mail, sweep, lost)]
for job in jobs: job.start()
for job in jobs: job.join()
PYTHON

ip netns exec "$id-here" tcpdump -q -i road -s 0 -w "$out" ip 2>/dev/null & pids+=($!)
ip netns exec "$id-there" python3 servers.py > servers.log 2>&1 & pids+=($!)
sleep 2
here python3 clients.py
sleep 1
