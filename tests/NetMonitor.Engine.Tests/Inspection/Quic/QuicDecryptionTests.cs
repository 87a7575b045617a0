using System.Security.Cryptography;
using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Http3;
using NetMonitor.Inspection.Tls.Decryption;
using static NetMonitor.Tests.Inspection.Quic.QuicBytes;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Quic;

/// <summary>1-RTT packets sealed by hand (RFC 9001 sections 5 and 6), and the HTTP/3 inside of them.</summary>
public sealed class QuicDecryptionTests
{
    private const int TagSize = 16;
    private static readonly byte[] ClientId = [0xC1, 0x1E];
    private static readonly byte[] ClientSecret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] ServerSecret = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];
    private static readonly QuicBytes V1 = new();

    // RFC 9204: GET by the static table, a path and an authority as literals with static names, a user agent with a literal name.
    private static byte[] Request(string path) => Headers(
        0xD1, 0x51, Vector8(Encoding.ASCII.GetBytes(path)), 0x50, Vector8("www.example.com"u8.ToArray()), 0x27, 0x03, "user-agent"u8.ToArray(), Vector8("test/1"u8.ToArray()));

    private static byte[] Response => Headers(0xD9, 0xF5);

    private static byte[] Headers(params object[] fields) => Bytes(1, VarInt(Bytes(0, 0, Bytes(fields)).Length), 0, 0, Bytes(fields));

    private static byte[] Stream(long id, byte[] data, int offset = 0) => Bytes(0x0E, VarInt(id), VarInt(offset), VarInt(data.Length), data);

    [Fact]
    public void A_key_log_names_the_requests()
    {
        FlowInspection flow = Begin();
        Send(flow, Side.Originator, Seal(ClientSecret, ServerId, 0, Bytes(Ack, Stream(0, Request("/one?secret")))));
        Send(flow, Side.Responder, Seal(ServerSecret, ClientId, 0, Bytes(0x1E, Stream(0, Response))));
        Send(flow, Side.Originator, Seal(ClientSecret, ServerId, 300, Stream(4, Request("/two"))));

        Http3Details http = Assert.IsType<Http3Details>(flow.Details);
        Assert.Equal(("GET", "/two", "/one", "www.example.com", "test/1"), (http.Method, http.Path, http.FirstPath, http.Host, http.UserAgent));
        Assert.Equal((2, 1, 200), (http.Requests, http.Responses, http.Status));
        Assert.Equal("sni.example.com", http.ServerName);
        Assert.Equal("sni.example.com", Assert.IsType<QuicDetails>(http.Outer).Sni);
        Assert.Equal("HTTP/3", flow.Application);
        Assert.False(flow.IsFinished);
    }

    [Fact]
    public void A_request_is_read_however_its_stream_is_cut_and_once_only()
    {
        FlowInspection flow = Begin();
        byte[] request = Bytes(0x21, VarInt(1), 0xAA, Request("/cut")); // after a frame of a reserved type
        byte[][] parts = [request[..5], request[5..12], request[12..]];
        int number = 0;
        foreach ((int part, int offset) in new[] { (2, 12), (0, 0), (1, 5), (0, 0) })
        {
            Send(flow, Side.Originator, Seal(ClientSecret, ServerId, number++, Stream(0, parts[part], offset)));
        }

        Send(flow, Side.Originator, Seal(ClientSecret, ServerId, number, Stream(0, request)));
        Http3Details http = Assert.IsType<Http3Details>(flow.Details);
        Assert.Equal(("/cut", 1), (http.Path, http.Requests));
    }

    [Fact]
    public void Keys_may_be_updated()
    {
        FlowInspection flow = Begin();
        Send(flow, Side.Originator, Seal(ClientSecret, ServerId, 0, Stream(0, Request("/before"))));
        byte[] next = Expand(ClientSecret, "quic ku", 32);
        Send(flow, Side.Originator, Seal(next, ServerId, 1, Stream(4, Request("/after")), phase: true, header: ClientSecret));
        Assert.Equal("/after", Assert.IsType<Http3Details>(flow.Details).Path);
    }

    [Fact]
    public void A_key_log_shows_how_the_connection_ends()
    {
        FlowInspection flow = Begin();
        Send(flow, Side.Originator, Seal(ClientSecret, ServerId, 0, Bytes(Ack, Stream(0, Request("/last")))));
        Assert.Equal(ConnectionState.QUIC_CONNECTED, flow.State);

        Send(flow, Side.Originator, Seal(ClientSecret, ServerId, 1, Bytes(Ack, 0x1D, VarInt(0x100), Vector8("bye"u8.ToArray()))));
        QuicDetails quic = Assert.IsType<QuicDetails>(Assert.IsType<Http3Details>(flow.Details).Outer);
        Assert.Equal((0x100, "H3_NO_ERROR", true, "bye"), (quic.CloseCode, quic.CloseError, quic.ClosedByApplication, quic.CloseReason));
        Assert.Equal(ConnectionState.QUIC_DRAINING, flow.State);

        Send(flow, Side.Responder, Seal(ServerSecret, ClientId, 0, Bytes(0x1C, VarInt(0), VarInt(0), 0)));
        Assert.Equal(ConnectionState.QUIC_CLOSED, flow.State);
        Assert.NotEqual(0, flow.ClosedAt);
    }

    [Fact]
    public void Packets_of_other_keys_stay_closed_and_in_the_end_nobody_waits_for_them()
    {
        FlowInspection flow = Begin();
        for (int number = 0; !flow.IsFinished; number++)
        {
            Assert.InRange(number, 0, 1000);
            Send(flow, number % 2 == 0 ? Side.Originator : Side.Responder, Seal(new byte[32], number % 2 == 0 ? ServerId : ClientId, number, Stream(0, Request("/no"))));
        }

        Assert.IsType<QuicDetails>(flow.Details);
    }

    [Fact]
    public void Streams_that_never_end_are_bounded()
    {
        var streams = new Http3Streams();
        for (ulong id = 0; id < 4 * 10_000; id += 4)
        {
            Assert.False(streams.Read(byClient: true, id, 0, [1]));
        }

        Assert.False(streams.Read(byClient: true, 400_000, 0, Request("/late")));
        streams.Release();
        Assert.True(streams.Read(byClient: true, 400_000, 0, Request("/late")));
    }

    private static FlowInspection Begin()
    {
        TlsSecrets secrets = new();
        string random = Convert.ToHexStringLower(NetMonitor.Tests.Inspection.Tls.TlsBytes.Random);
        secrets.Add(Encoding.ASCII.GetBytes(
            $"CLIENT_TRAFFIC_SECRET_0 {random} {Convert.ToHexString(ClientSecret)}\nSERVER_TRAFFIC_SECRET_0 {random} {Convert.ToHexString(ServerSecret)}\n"));
        Assert.Equal(2, secrets.Count);
        FlowInspection flow = new(new FlowContext(TransportProtocol.UDP, 50000, 443) { Secrets = secrets });
        byte[] hello = ClientHello(Sni("sni.example.com"), Alpn("h3"), Versions(0x0304));
        Send(flow, Side.Originator, V1.Client(Crypto(0, hello), source: ClientId));
        Send(flow, Side.Responder, Bytes(V1.Server(Bytes(Ack, Crypto(0, ServerHello13)), ClientId), V1.Handshake(ClientId, ServerId)));
        Send(flow, Side.Originator, V1.Handshake(ServerId, ClientId));
        return flow;
    }

    private static void Send(FlowInspection flow, Side from, byte[] datagram) => flow.Datagram(from, datagram, timestamp: 1);

    private static byte[] Seal(byte[] secret, byte[] destination, int number, byte[] frames, bool phase = false, byte[]? header = null)
    {
        byte[] plain = [.. frames, 0, 0, 0, 0];
        byte[] head = Bytes(0x41 | (phase ? 4 : 0), destination, U16(number & 0xFFFF));
        byte[] nonce = Expand(secret, "quic iv", 12);
        for (int i = 0; i < 4; i++)
        {
            nonce[8 + i] ^= (byte)(number >> (24 - (8 * i)));
        }

        byte[] body = new byte[plain.Length];
        byte[] tag = new byte[TagSize];
        using AesGcm gcm = new(Expand(secret, "quic key", 16), TagSize);
        gcm.Encrypt(nonce, plain, body, tag, head);
        byte[] packet = [.. head, .. body, .. tag];
        using Aes aes = Aes.Create();
        aes.Key = Expand(header ?? secret, "quic hp", 16);
        int at = 1 + destination.Length;
        byte[] mask = aes.EncryptEcb(packet.AsSpan(at + 4, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x1F);
        packet[at] ^= mask[1];
        packet[at + 1] ^= mask[2];
        return packet;
    }

    private static byte[] Expand(byte[] secret, string label, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, length, Bytes(U16(length), Vector8(Encoding.ASCII.GetBytes("tls13 " + label)), 0));
}
