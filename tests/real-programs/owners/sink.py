"""Listens on 127.0.0.1:PORT, accepts, and closes when the other side does."""
import socket, sys, selectors

server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
loop = selectors.DefaultSelector()
loop.register(server, selectors.EVENT_READ)
while True:
    for key, _ in loop.select():
        if key.fileobj is server:
            peer, _ = server.accept()
            peer.setblocking(False)
            loop.register(peer, selectors.EVENT_READ)
        else:
            try:
                data = key.fileobj.recv(4096)
            except OSError:
                data = b""
            if not data:
                loop.unregister(key.fileobj)
                key.fileobj.close()
