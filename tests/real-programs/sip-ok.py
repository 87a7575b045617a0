"""The smallest SIP server: answers every request over UDP with 200 (RFC 3261 section 8.2.6). Usage: sip-ok.py PORT"""
import socket
import sys

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    request, peer = sock.recvfrom(65535)
    kept = [line for line in request.split(b"\r\n")[1:] if line.split(b":")[0].lower() in (b"via", b"from", b"to", b"call-id", b"cseq")]
    sock.sendto(b"\r\n".join([b"SIP/2.0 200 OK", *kept, b"Content-Length: 0", b"", b""]), peer)
