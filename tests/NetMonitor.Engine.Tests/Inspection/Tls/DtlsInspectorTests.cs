using NetMonitor.Inspection;
using NetMonitor.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tls;

public sealed class DtlsInspectorTests
{
    private const int Dtls10 = 0xFEFF;
    private const int Dtls12 = 0xFEFD;
    private const int Dtls13 = 0xFEFC;

    private static readonly byte[] Hello = ClientHelloOf(Dtls12, [0xC02B, 0xC02F], [Sni("turn.example"), Groups(0x001D), SignatureAlgorithms(0x0403)], cookie: []);
    private static readonly byte[] HelloWithCookie =
        ClientHelloOf(Dtls12, [0xC02B, 0xC02F], [Sni("turn.example"), Groups(0x001D), SignatureAlgorithms(0x0403)], cookie: new byte[20]);

    /// <summary>The server's flight, without fragments.</summary>
    private static byte[][] Flight =>
    [
        Handshake(1, ServerHello(Dtls12, 0xC02B, null, [])), Handshake(2, Certificate(Certificates.Server)), Handshake(3, ServerKeyExchange(0x001D)),
        Handshake(4, ServerHelloDone),
    ];

    private static TlsDetails Details(Conversation conversation) => Assert.IsType<TlsDetails>(conversation.Flow.Details);

    private static Conversation Udp(ushort port = 40_000) => new(port, TransportProtocol.UDP);

    private static byte[] Record(int type, int version, int epoch, params object[] content) =>
        Bytes(type, U16(version), U16(epoch), new byte[6], Vector16(content));

    private static byte[] Handshake(int sequence, byte[] message) => Record(22, Dtls12, 0, Fragment(sequence, message, 0, message.Length - 4));

    /// <summary>A part of a TLS handshake message, its header changed to that of DTLS.</summary>
    private static byte[] Fragment(int sequence, byte[] message, int offset, int length) => Bytes(
        message[..4], U16(sequence), 0, U16(offset), 0, U16(length), message[(4 + offset)..(4 + offset + length)]);

    [Fact]
    public void A_handshake_says_what_that_of_tls_says()
    {
        byte[] verify = Bytes(3, Vector24(U16(Dtls10), Vector8(new byte[20])));
        Conversation conversation = Udp().Datagram(Side.Originator, Handshake(0, Hello));
        Assert.Equal("DTLS", conversation.Flow.Application);
        Assert.Equal("DTLS turn.example", Details(conversation).Summary);
        conversation.Datagram(Side.Responder, Handshake(0, verify)).Datagram(Side.Originator, Handshake(1, HelloWithCookie));
        Assert.False(conversation.Flow.IsFinished);
        conversation.Datagram(Side.Responder, Bytes([.. Flight]));

        TlsDetails details = Details(conversation);
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(Confidence.Decoded, conversation.Flow.Confidence);
        Assert.Equal("turn.example", details.Sni);
        Assert.Equal("DTLS 1.2", details.Version);
        Assert.Equal(["DTLS 1.2"], details.VersionsOffered);
        Assert.Equal("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", details.CipherSuite);
        Assert.Equal("x25519", details.Group);
        Assert.Equal(Certificates.Names, details.Certificate!.Names);
        Assert.False(details.Resumed);
        Assert.True(details.HelloRetried);
        Assert.StartsWith("dd2d020300_", details.Ja4, StringComparison.Ordinal);
        Assert.Equal("DTLS 1.2 turn.example", details.Summary);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Fragments_may_be_lost_repeated_reordered_and_overlap(int seed)
    {
        string expected = Conversation.Tell(Udp().Datagram(Side.Originator, Handshake(1, HelloWithCookie)).Datagram(Side.Responder, Bytes([.. Flight])).Flow);
        System.Random random = new(seed);
        List<byte[]> client = Cut(1, HelloWithCookie, random);
        byte[][] messages = [ServerHello(Dtls12, 0xC02B, null, []), Certificate(Certificates.Server), ServerKeyExchange(0x001D), ServerHelloDone];
        List<byte[]> server = [.. messages.SelectMany((message, i) => Cut(i + 1, message, random))];
        (Side, byte[])[] datagrams = [.. client.Select(part => (Side.Originator, part)), .. server.Concat(server).Select(part => (Side.Responder, part))];
        random.Shuffle(datagrams);
        Conversation conversation = Udp();
        foreach ((Side side, byte[] fragment) in datagrams)
        {
            conversation.Datagram(side, Record(22, Dtls12, 0, fragment));
        }

        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(expected, Conversation.Tell(conversation.Flow));
    }

    /// <summary>Pieces of at most 100 bytes that overlap by up to 10.</summary>
    private static List<byte[]> Cut(int sequence, byte[] message, System.Random random)
    {
        List<byte[]> parts = [];
        int size = message.Length - 4;
        for (int at = 0; at < size || parts.Count == 0;)
        {
            int length = Math.Min(random.Next(20, 100), size - at);
            parts.Add(Fragment(sequence, message, at, length));
            at += at + length < size ? length - random.Next(0, 10) : Math.Max(length, 1);
        }

        return parts;
    }

    [Fact]
    public void Dtls13_is_finished_with_its_hellos()
    {
        byte[] hello = ClientHelloOf(Dtls12, [0x1301], [Versions(Dtls13, Dtls12), Alpn("coap")], cookie: []);
        byte[] server = ServerHello(Dtls12, 0x1301, null, [], Extension(43, U16(Dtls13)), Extension(51, U16(0x001D), Vector16(new byte[32])));
        Conversation conversation = Udp(5684).Datagram(Side.Originator, Handshake(0, hello)).Datagram(Side.Responder, Handshake(0, server));
        TlsDetails details = Details(conversation);
        Assert.Equal("DTLS 1.3", details.Version);
        Assert.Equal("x25519", details.Group);
        Assert.False(details.Resumed);
        Assert.StartsWith("dd3i0102cp_", details.Ja4, StringComparison.Ordinal);
        Assert.Equal("CoAPS", conversation.Flow.Application);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Resumption_is_told_by_the_server_encrypting_at_once()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, Handshake(0, Hello))
            .Datagram(Side.Responder, Bytes(Handshake(0, ServerHello(Dtls12, 0xC02B)), Record(20, Dtls12, 0, 1), Record(22, Dtls12, 1, new byte[40])));
        Assert.True(Details(conversation).Resumed);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void An_alert_ends_it()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, Handshake(0, Hello)).Datagram(Side.Responder, Record(21, Dtls12, 0, 2, 40));
        Assert.Equal("handshake_failure", Details(conversation).Alert);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Joined_in_the_middle_it_is_still_dtls()
    {
        Conversation conversation = Udp().Datagram(Side.Responder, Record(23, Dtls12, 1, new byte[100]));
        Assert.Equal("DTLS", conversation.Flow.Application);
        Assert.Equal(Confidence.Signature, conversation.Flow.Confidence);
        Assert.Null(conversation.Flow.Details);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void The_server_may_come_first()
    {
        Conversation conversation = new(40_000, TransportProtocol.UDP, clientPort: 5684);
        conversation.Datagram(Side.Originator, Bytes([.. Flight]));
        Assert.Equal("CoAPS", conversation.Flow.Application);
        conversation.Datagram(Side.Responder, Handshake(1, HelloWithCookie));
        Assert.Equal("turn.example", Details(conversation).Sni);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Capwap_and_old_versions_are_known()
    {
        Conversation capwap = Udp(5246).Datagram(Side.Originator, Bytes(1, 0, 0, 0, Handshake(0, Hello)));
        Assert.Equal("CAPWAP", capwap.Flow.Application);
        Assert.Equal("turn.example", Details(capwap).Sni);

        byte[] hello = ClientHelloOf(0x0100, [0x002F], [], cookie: []);
        Conversation old = Udp(443).Datagram(Side.Originator, Record(22, 0x0100, 0, Fragment(0, hello, 0, hello.Length - 4)));
        Assert.Equal(["DTLS 1.0 (OpenSSL pre 0.9.8f)"], Details(old).VersionsOffered);
    }

    [Fact]
    public void What_is_kept_of_fragments_is_bounded()
    {
        Conversation conversation = Udp();
        for (int i = 0; i < InspectionLimits.DtlsDatagrams; i++)
        {
            // A message that never becomes whole, numbered anew each time.
            conversation.Datagram(Side.Originator, Record(22, Dtls12, 0, 1, 0, U16(20_000), U16(i), 0, U16(1), 0, U16(1000), new byte[1000]));
        }

        Assert.True(conversation.Flow.IsFinished);
        DtlsMessages messages = new();
        int kept = 0;
        for (int i = 0; i < 100; i++)
        {
            ReadOnlySpan<byte> content = Bytes(1, 0, U16(20_000), U16(i), 0, U16(1), 0, U16(1000), new byte[1000]);
            Assert.True(DtlsFragment.TryRead(ref content, out DtlsFragment fragment));
            Assert.Null(messages.Add(fragment));
            kept = messages.Bytes;
        }

        Assert.InRange(kept, 1, InspectionLimits.DtlsFragmentBytes);
    }

    public static TheoryData<byte[]> Others =>
    [
        Bytes(0x00, 0x01, U16(0), 0x21, 0x12, 0xA4, 0x42, new byte[12]),              // STUN
        Bytes(0x80, 0x60, new byte[170]),                                            // RTP
        Bytes(0xC3, 0, 0, 0, 1, new byte[1195]),                                     // QUIC
        TlsBytes.Record(22, ClientHello()),                                          // TLS
        Bytes(0x2C, 0x42, new byte[60]),                                             // DTLS 1.3 ciphertext says nothing by itself
        Record(22, Dtls12, 0, 1, 0, U16(90), new byte[5], 0, U16(90), new byte[18]), // a fragment that is longer than its record
        Record(22, Dtls12, 0, 1, 0, U16(90), new byte[8], new byte[18]),              // a fragment of nothing
        Record(22, Dtls12, 0, 99, new byte[30]),                                     // no such handshake message
        Record(23, Dtls12, 0, new byte[30]),                                         // data in the clear
        Record(23, Dtls12, 1, new byte[30])[..20],                                   // data that is not whole
        Record(21, Dtls12, 0, 7, 40),                                                // no such level
        Record(20, Dtls12, 0, 2),
        Record(22, 0xFEFE, 0, Hello),                                                // no such version
        Bytes(22, U16(Dtls12)),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void Others_are_not_taken_for_it(byte[] datagram) =>
        Assert.Equal(Match.No, DtlsInspector.Probe(new FlowContext(TransportProtocol.UDP, 1, 2), Side.Originator, datagram));

    [Fact]
    public void Mutated_datagrams_do_no_harm()
    {
        System.Random random = new(5);
        byte[][] datagrams = [Handshake(0, Hello), .. Flight, .. Cut(9, HelloWithCookie, random).Select(part => Record(22, Dtls12, 0, part))];
        for (int i = 0; i < 3000; i++)
        {
            Conversation conversation = Udp();
            foreach (byte[] datagram in datagrams)
            {
                byte[] changed = [.. datagram];
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                conversation.Datagram(random.Next(2) == 0 ? Side.Originator : Side.Responder, changed.AsSpan(0, random.Next(1, changed.Length + 1)));
            }

            Assert.NotEmpty(Conversation.Tell(conversation.Flow));
        }
    }
}
