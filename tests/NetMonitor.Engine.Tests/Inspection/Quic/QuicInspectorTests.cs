using NetMonitor.Inspection;
using NetMonitor.Inspection.Quic;
using static NetMonitor.Tests.Inspection.Quic.QuicBytes;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Quic;

public sealed class QuicInspectorTests
{
    private static readonly byte[] ClientId = [0xC1, 0x1E];
    private static readonly QuicBytes V1 = new();

    private static byte[] Parameters(params byte[][] parameters) => Extension(0x39, [.. parameters]);

    private static byte[] Parameter(int id, byte[] value) => Bytes(VarInt(id), VarInt(value.Length), value);

    private static byte[] Hello(string name = "www.example.com", string alpn = "h3") => ClientHello(Sni(name), Alpn(alpn), Versions(0x0304),
        Parameters(Parameter(1, VarInt(30_000)), Parameter(0x1B, [1, 2]), Parameter(0x3129, "Chrome/1 \u0007"u8.ToArray())));

    /// <summary>A hello of more than 1,800 bytes: a post-quantum key share and a long name list.</summary>
    private static byte[] LongHello => ClientHello(Extension(0x3A3A), LargeKeyShare, Extension(0x44CD, new byte[700]), Sni("long.example.com"), Alpn("h3"),
        Versions(0x0304), Parameters(Parameter(1, VarInt(15_000))));

    private static Conversation Talk(ushort port = 443) => new(port, TransportProtocol.UDP);

    private static QuicDetails Details(Conversation talk) => Assert.IsType<QuicDetails>(talk.Flow.Details);

    /// <summary>Both Initials, the server's coalesced with a Handshake packet, then data: a whole handshake.</summary>
    private static (Side From, byte[] Datagram)[] Handshake(byte[] hello) =>
    [
        (Side.Originator, V1.Client(Crypto(0, hello), source: ClientId)),
        (Side.Responder, Bytes(V1.Server(Bytes(Ack, Crypto(0, ServerHello13)), ClientId), V1.Handshake(ClientId, ServerId))),
        (Side.Originator, Bytes(V1.Handshake(ServerId, ClientId), Short(1))),
    ];

    [Fact]
    public void A_connection_says_what_its_handshake_says_and_is_finished()
    {
        Conversation talk = Talk(port: 8853);
        (Side From, byte[] Datagram)[] handshake = Handshake(Hello());
        talk.Datagram(handshake[0].From, handshake[0].Datagram);
        Assert.Equal(ConnectionState.QUIC_INITIAL, talk.Flow.State);
        talk.Datagram(handshake[1].From, handshake[1].Datagram);
        Assert.Equal(ConnectionState.QUIC_HANDSHAKE, talk.Flow.State);
        talk.Datagram(handshake[2].From, handshake[2].Datagram);
        Assert.Equal(ConnectionState.QUIC_CONNECTED, talk.Flow.State);

        QuicDetails details = Details(talk);
        Assert.Equal("www.example.com", details.Sni);
        Assert.Equal("www.example.com", details.ServerName);
        Assert.Equal(HostNameSource.Sni, details.HostNameSource);
        Assert.Equal(["h3"], details.AlpnOffered);
        Assert.Equal("TLS_AES_128_GCM_SHA256", details.CipherSuite);
        Assert.Equal("X25519MLKEM768", details.Group);
        Assert.False(details.Resumed);
        Assert.Equal("c11e", details.SourceConnectionId);
        Assert.Equal("f067a5502a4262b5", details.DestinationConnectionId);
        Assert.Equal(TimeSpan.FromSeconds(30), details.IdleTimeout);
        Assert.Equal("Chrome/1 \uFFFD", details.UserAgent);
        Assert.Equal("QUIC v1 www.example.com h3", details.Summary);
        Assert.False(details.Retried || details.EarlyData || details.VersionNegotiated || details.EchOffered);
        Assert.Equal("HTTP/3", talk.Flow.Application);
        Assert.Equal(Confidence.Decoded, talk.Flow.Confidence);

        Assert.False(talk.Flow.IsFinished);
        talk.Datagram(Side.Originator, Short(2)).Datagram(Side.Responder, Short(3));
        Assert.True(talk.Flow.IsFinished);
        Assert.Equal(details, talk.Flow.Details);
    }

    [Fact]
    public void Datagrams_in_any_order_give_the_same()
    {
        byte[] hello = LongHello;
        Assert.True(hello.Length > 1800);
        (Side From, byte[] Datagram)[] datagrams =
        [
            (Side.Originator, V1.Client(Crypto(0, hello[..1100]), source: ClientId)),
            (Side.Originator, V1.Client(Crypto(1100, hello[1100..]), source: ClientId, number: 1)),
            (Side.Responder, Bytes(V1.Server(Bytes(Ack, Crypto(0, ServerHello13[..500])), ClientId))),
            (Side.Responder, Bytes(V1.Server(Crypto(500, ServerHello13[500..]), ClientId), V1.Handshake(ClientId, ServerId))),
        ];
        HashSet<string> told = [];
        foreach (int[] order in Permutations([0, 1, 2, 3]))
        {
            Conversation talk = Talk();
            foreach (int i in order)
            {
                // Who sent the first one is the originator.
                bool same = datagrams[i].From == datagrams[order[0]].From;
                talk.Datagram(same ? Side.Originator : Side.Responder, datagrams[i].Datagram);
            }

            told.Add(Conversation.Tell(talk.Flow));
        }

        string only = Assert.Single(told);
        Assert.Contains("Sni=long.example.com", only, StringComparison.Ordinal);
        Assert.Contains("CipherSuite=TLS_AES_128_GCM_SHA256", only, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_in_any_order_and_size_give_the_same()
    {
        byte[] hello = LongHello;
        Random random = new(7);
        for (int round = 0; round < 20; round++)
        {
            // Pieces of all sizes, shuffled, with PING and PADDING between them, as Chrome sends them; a part of each comes twice.
            List<(int At, int End)> pieces = [];
            for (int at = 0; at < hello.Length;)
            {
                int end = Math.Min(hello.Length, at + random.Next(1, 200));
                pieces.Add((at, Math.Min(hello.Length, end + random.Next(30))));
                at = end;
            }

            Conversation talk = Talk();
            uint number = 0;
            foreach ((int At, int End)[] some in pieces.OrderBy(_ => random.Next()).Chunk(6))
            {
                byte[] frames = Bytes([.. some.SelectMany(piece => (object[])[Crypto(piece.At, hello[piece.At..piece.End]), 1, new byte[random.Next(3)]])]);
                talk.Datagram(Side.Originator, V1.Client(frames, number: number++));
            }

            Assert.Equal("long.example.com", Details(talk).Sni);
            Assert.Equal(TimeSpan.FromSeconds(15), Details(talk).IdleTimeout);
        }
    }

    [Fact]
    public void Of_bytes_sent_twice_the_first_count()
    {
        byte[] hello = Hello("first.example");
        Conversation talk = Talk().Datagram(Side.Originator, V1.Client(Crypto(0, hello[..^1])))
            .Datagram(Side.Originator, V1.Client(Crypto(0, Hello("other.example"))));
        Assert.Equal("first.example", Details(talk).Sni);
    }

    [Fact]
    public void A_hello_whose_end_never_comes_still_names_the_server()
    {
        byte[] hello = Hello();
        Conversation talk = Talk().Datagram(Side.Originator, V1.Client(Crypto(0, hello[..^20])));
        Assert.Null(Details(talk).Sni);
        Assert.Equal("www.example.com", Details(talk.Close()).Sni);
    }

    [Fact]
    public void A_retry_changes_the_keys()
    {
        byte[] token = new byte[300];
        QuicBytes retried = new() { KeyId = ServerId };
        Conversation talk = Talk().Datagram(Side.Originator, V1.Client(Crypto(0, LongHello[..1000])))
            .Datagram(Side.Responder, V1.Retry([], ServerId, token))
            .Datagram(Side.Originator, retried.Client(Crypto(0, LongHello[..800]), token: token))
            .Datagram(Side.Originator, V1.Client(Crypto(0, LongHello[..1000]))) // late
            .Datagram(Side.Originator, retried.Client(Crypto(800, LongHello[800..]), token: token, number: 1))
            .Datagram(Side.Responder, retried.Server(Crypto(0, ServerHello13)));
        Assert.True(Details(talk).Retried);
        Assert.Equal("long.example.com", Details(talk).Sni);
        Assert.Equal("TLS_AES_128_GCM_SHA256", Details(talk).CipherSuite);
        Assert.Equal(ConnectionState.QUIC_HANDSHAKE, talk.Flow.State);
    }

    [Fact]
    public void After_a_version_negotiation_the_next_version_counts()
    {
        byte[] grease = V1.Client(Crypto(0, Hello()));
        new byte[] { 0x1A, 0x2A, 0x3A, 0x4A }.CopyTo(grease, 1);
        Conversation talk = Talk(port: 4433).Datagram(Side.Originator, grease);
        Assert.Equal(Confidence.Signature, talk.Flow.Confidence);
        Assert.Equal("0x1A2A3A4A", Details(talk).Version);
        talk.Datagram(Side.Responder, Negotiation([], FirstId, 0x0A1A2A3A, Version2)).Datagram(Side.Originator, V2.Client(Crypto(0, Hello())));
        Assert.True(Details(talk).VersionNegotiated);
        Assert.Equal("v2", Details(talk).Version);
        Assert.Equal("www.example.com", Details(talk).Sni);
    }

    [Fact]
    public void A_server_may_answer_in_another_version_than_it_was_asked_in()
    {
        Conversation talk = Talk().Datagram(Side.Originator, V1.Client(Crypto(0, Hello()))).Datagram(Side.Responder, V2.Server(Crypto(0, ServerHello13)));
        Assert.Equal("v2", Details(talk).Version);
        Assert.Equal("TLS_AES_128_GCM_SHA256", Details(talk).CipherSuite);
    }

    public static TheoryData<uint, string, string> Versions_ => new()
    {
        { 0xFF000016, "draft-22", "7FBCDB0E7C66BBE9193A96CD21519EBD7A02644A" },
        { 0xFF00001B, "draft-27", "C3EEF712C72EBB5A11A7D2432BB46365BEF9F502" },
        { 0xFF00001D, "draft-29", "AFBFEC289993D24C9E9786F19C6111E04390A899" },
        { 0xFF000022, "draft-34", "38762CF7F55934B34D179AE6A4C80CADCCBB7F0A" },
        { 0xFACEB001, "mvfst-1", "7FBCDB0E7C66BBE9193A96CD21519EBD7A02644A" },
        { 0xFACEB002, "mvfst-2", "C3EEF712C72EBB5A11A7D2432BB46365BEF9F502" },
    };

    [Theory]
    [MemberData(nameof(Versions_))]
    public void Drafts_are_known_by_their_salts(uint version, string name, string salt)
    {
        byte[] old = Extension(0xFFA5, Vector16(U16(1), Vector16(VarInt(20_000))));
        byte[] current = Extension(0xFFA5, Parameter(1, VarInt(20_000)));
        byte[] hello = ClientHello(Sni("draft.example"), Alpn("h3-29"), name is "draft-22" or "mvfst-1" ? old : current);
        QuicBytes draft = new() { Version = version, Salt = salt };
        Conversation talk = Talk(port: 7000).Datagram(Side.Originator, draft.Client(Crypto(0, hello)));
        Assert.Equal((name, "draft.example", TimeSpan.FromSeconds(20)), (Details(talk).Version, Details(talk).Sni, Details(talk).IdleTimeout!.Value));
        Assert.Equal("HTTP/3", talk.Flow.Application);
    }

    [Theory]
    [InlineData("h3", "HTTP/3")]
    [InlineData("h3-29", "HTTP/3")]
    [InlineData("hq-interop", "HTTP/3")]
    [InlineData("doq", "DoQ")]
    [InlineData("doq-i00", "DoQ")]
    [InlineData("smb", "QUIC")]
    public void The_application_follows_from_what_is_offered(string alpn, string application) =>
        Assert.Equal(application, Talk().Datagram(Side.Originator, V1.Client(Crypto(0, Hello(alpn: alpn)))).Flow.Application);

    [Fact]
    public void Closes_of_both_sides_are_read()
    {
        Conversation talk = Talk().Datagram(Side.Originator, V1.Client(Crypto(0, Hello()))).Datagram(Side.Responder, V1.Server(Bytes(Ack, Close(0x128, "no\u0007pe"))));
        Assert.Equal(ConnectionState.QUIC_DRAINING, talk.Flow.State);
        Assert.Equal(("CRYPTO_ERROR handshake_failure", 0x128L, "no\uFFFDpe"), (Details(talk).CloseError, Details(talk).CloseCode!.Value, Details(talk).CloseReason));
        talk.Datagram(Side.Originator, V1.Client(Close(0, ""), number: 1));
        Assert.Equal(ConnectionState.QUIC_CLOSED, talk.Flow.State);
        Assert.Equal("NO_ERROR", Details(talk).CloseError);
        talk.Datagram(Side.Responder, V1.Server(Bytes(Ack, Close(0x128, "nope"))));
        Assert.Equal(ConnectionState.QUIC_CLOSED, talk.Flow.State); // Closed stays closed, however often it is said.

        // A new connection between the same ports begins anew.
        talk.Datagram(Side.Originator, new QuicBytes { KeyId = [1, 2, 3, 4, 5, 6, 7, 8] }.Client(Crypto(0, Hello("again.example"))));
        Assert.Equal(ConnectionState.QUIC_INITIAL, talk.Flow.State);
        Assert.Equal(("again.example", null), (Details(talk).Sni, Details(talk).CloseError));
    }

    [Fact]
    public void Early_data_is_noted() =>
        Assert.True(Details(Talk().Datagram(Side.Originator, Bytes(V1.Client(Crypto(0, Hello())), V1.ZeroRtt(FirstId)))).EarlyData);

    [Fact]
    public void A_client_that_is_not_the_originator_is_the_client_all_the_same()
    {
        Conversation talk = Talk().Datagram(Side.Originator, V1.Handshake(ClientId, ServerId));
        Assert.Equal(ConnectionState.QUIC_HANDSHAKE, talk.Flow.State);
        talk.Datagram(Side.Responder, V1.Client(Crypto(0, Hello()), source: ClientId));
        Assert.Equal(("www.example.com", "c11e"), (Details(talk).Sni, Details(talk).SourceConnectionId));
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
