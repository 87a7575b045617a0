using System.Globalization;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Quic;

namespace NetMonitor.Tests.Inspection.Quic;

/// <summary>The examples of RFC 9001 appendix A and RFC 9369 appendix A.</summary>
public sealed class QuicVectorTests
{
    // RFC 9001 appendix A.2: the CRYPTO frame of the client, which PADDING fills up to 1,162 bytes.
    private const string ClientFrames =
        "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b657861"
        + "6d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4"
        + "559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c0002400100390032"
        + "0408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff";

    // RFC 9001 appendix A.3.
    private const string Server1 =
        "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcb"
        + "a3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407d"
        + "d074ee";

    // RFC 9369 appendix A.3.
    private const string Server2 =
        "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17f9af"
        + "6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521"
        + "e2e140";

    /// <summary>Appendix A.2 of both: the beginning of the protected packet and its tag, which authenticates all of it.</summary>
    [Theory]
    [InlineData(1, "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b", "e221af44860018ab0856972e194cd934")]
    [InlineData(2, "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071", "18b2faa745b6fe189cf772a9f84cbfc")]
    public void A_client_initial(int version, string begins, string ends)
    {
        byte[] packet = ClientInitial(version);
        string hex = Convert.ToHexStringLower(packet);
        Assert.Equal(1200, packet.Length);
        Assert.StartsWith(begins, hex, StringComparison.Ordinal);
        Assert.EndsWith(ends, hex, StringComparison.Ordinal);

        Conversation talk = Talk().Datagram(Side.Originator, packet);
        QuicDetails details = Assert.IsType<QuicDetails>(talk.Flow.Details);
        Assert.Equal($"v{version}", details.Version);
        Assert.Equal("example.com", details.Sni);
        Assert.Equal(["alpn"], details.AlpnOffered);
        Assert.Equal("8394c8f03e515708", details.DestinationConnectionId);
        Assert.Equal("", details.SourceConnectionId);
        Assert.Equal(TimeSpan.FromSeconds(30), details.IdleTimeout);
        Assert.Equal(ConnectionState.QUIC_INITIAL, talk.Flow.State);
        Assert.Equal(Confidence.Decoded, talk.Flow.Confidence);
        Assert.Equal("QUIC", talk.Flow.Application);
    }

    /// <summary>Appendix A.3 of both, before and after the client's, whose id gives the keys.</summary>
    [Theory]
    [InlineData(1, Server1, false)]
    [InlineData(1, Server1, true)]
    [InlineData(2, Server2, false)]
    [InlineData(2, Server2, true)]
    public void A_server_initial(int version, string hex, bool serverFirst)
    {
        byte[] client = ClientInitial(version);
        byte[] server = Convert.FromHexString(hex);
        Conversation talk = serverFirst
            ? Talk().Datagram(Side.Originator, server).Datagram(Side.Responder, client)
            : Talk().Datagram(Side.Originator, client).Datagram(Side.Responder, server);
        QuicDetails details = Assert.IsType<QuicDetails>(talk.Flow.Details);
        Assert.Equal("example.com", details.Sni);
        Assert.Equal("TLS_AES_128_GCM_SHA256", details.CipherSuite);
        Assert.Equal("x25519", details.Group);
        Assert.Equal("f067a5502a4262b5", details.DestinationConnectionId);
        Assert.Equal(ConnectionState.QUIC_HANDSHAKE, talk.Flow.State);
    }

    /// <summary>Appendix A.4 of both.</summary>
    [Theory]
    [InlineData(1, "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba")]
    [InlineData(2, "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6")]
    public void A_retry(int version, string hex)
    {
        byte[] retry = Convert.FromHexString(hex);
        Assert.True(QuicLongHeader.TryParse(retry, out QuicLongHeader header));
        Assert.Equal(QuicPacketType.Retry, header.Type);
        Assert.Equal(QuicBytes.ServerId, header.SourceId.ToArray());

        Conversation talk = Talk().Datagram(Side.Originator, ClientInitial(version)).Datagram(Side.Responder, retry);
        Assert.True(Assert.IsType<QuicDetails>(talk.Flow.Details).Retried);
    }

    /// <summary>Appendix A.5 of both: nothing but a short header can be seen of it.</summary>
    [Theory]
    [InlineData("4cfe4189655e5cd55c41f69080575d7999c25a5bfb")]
    [InlineData("5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba")]
    public void A_short_header_alone_is_a_guess_on_its_usual_port(string hex)
    {
        byte[] packet = Convert.FromHexString(hex);
        Conversation talk = Talk().Datagram(Side.Originator, packet);
        Assert.Equal("QUIC", talk.Flow.Application);
        Assert.Equal(Confidence.Port, talk.Flow.Confidence);
        Assert.Null(talk.Flow.State);
        Assert.Null(talk.Flow.Details);
        Assert.Null(Talk(port: 4433).Datagram(Side.Originator, packet).Flow.Application);
    }

    private static Conversation Talk(ushort port = 443) => new(port, TransportProtocol.UDP);

    private static byte[] ClientInitial(int version)
    {
        QuicBytes client = version == 1 ? new QuicBytes() : QuicBytes.V2;
        byte[] packet = client.Initial(true, Convert.FromHexString(ClientFrames), QuicBytes.FirstId, [], [], 2, 4, pad: 1200);
        Assert.Equal(version == 1 ? 1u : 0x6B3343CF, uint.Parse(Convert.ToHexString(packet.AsSpan(1, 4)), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return packet;
    }
}
