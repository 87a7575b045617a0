"""The smallest SMTP server that upgrades: greeting, EHLO, STARTTLS (RFC 3207), one message accepted and forgotten. Usage: smtp-starttls.py PORT CERT KEY"""
import socketserver
import ssl
import sys

port, cert, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)


class Session(socketserver.BaseRequestHandler):
    def handle(self):
        connection = self.request
        connection.sendall(b"220 mail.example.test ESMTP ready\r\n")
        lines = connection.makefile("rb")
        while line := lines.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"STARTTLS":
                connection.sendall(b"220 2.0.0 go ahead\r\n")
                connection = context.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
            elif verb == b"EHLO":
                secure = isinstance(connection, ssl.SSLSocket)
                connection.sendall(b"250-mail.example.test\r\n" + (b"" if secure else b"250-STARTTLS\r\n") + b"250 8BITMIME\r\n")
            elif verb == b"DATA":
                connection.sendall(b"354 end with a dot\r\n")
                while lines.readline() not in (b".\r\n", b""):
                    pass
                connection.sendall(b"250 2.0.0 taken\r\n")
            elif verb == b"QUIT":
                connection.sendall(b"221 2.0.0 bye\r\n")
                return
            else:
                connection.sendall(b"250 2.0.0 fine\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("127.0.0.1", port), Session).serve_forever()
