"""An HTTP/3 server and client of a few lines over aioquic. Usage: http3.py serve PORT CERT KEY | http3.py get PORT"""
import asyncio
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration


class Http3(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.done = asyncio.Event()

    def quic_event_received(self, event):
        for message in self.http.handle_event(event):
            if self._quic.configuration.is_client:
                if isinstance(message, (HeadersReceived, DataReceived)) and message.stream_ended:
                    self.done.set()
            elif isinstance(message, HeadersReceived):
                self.http.send_headers(message.stream_id, [(b":status", b"200")])
                self.http.send_data(message.stream_id, b"ok", end_stream=True)
                self.transmit()


async def main():
    client = sys.argv[1] == "get"
    port = int(sys.argv[2])
    configuration = QuicConfiguration(is_client=client, alpn_protocols=H3_ALPN, server_name="real.example.test" if client else None)
    if not client:
        configuration.load_cert_chain(sys.argv[3], sys.argv[4])
        await serve("127.0.0.1", port, configuration=configuration, create_protocol=Http3)
        await asyncio.Event().wait()
    configuration.verify_mode = ssl.CERT_NONE
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Http3) as connection:
        stream = connection._quic.get_next_available_stream_id()
        connection.http.send_headers(stream, [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"real.example.test"), (b":path", b"/")], end_stream=True)
        connection.transmit()
        await asyncio.wait_for(connection.done.wait(), 5)


asyncio.run(main())
