using NetMonitor.Inspection;
using NetMonitor.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tls;

public sealed class TlsInspectorTests
{
    private static TlsDetails Details(Conversation conversation) => Assert.IsType<TlsDetails>(conversation.Flow.Details);

    [Fact]
    public void Tls13_says_all_that_its_hellos_say_and_is_finished()
    {
        Conversation conversation = new Conversation().Client(Record(22, ModernClientHello));
        Assert.False(conversation.Flow.IsFinished);
        conversation.Server(Bytes(Record(22, ServerHello13), Record(20, 1), Record(23, new byte[100])));

        TlsDetails details = Details(conversation);
        Assert.Equal("www.example.com", details.Sni);
        Assert.Equal("www.example.com", details.ServerName);
        Assert.Equal(HostNameSource.Sni, details.HostNameSource);
        Assert.Equal(["h2", "http/1.1"], details.AlpnOffered);
        Assert.Null(details.Alpn);
        Assert.Equal(["TLS 1.3", "TLS 1.2"], details.VersionsOffered);
        Assert.Equal("TLS 1.3", details.Version);
        Assert.Equal("TLS_AES_128_GCM_SHA256", details.CipherSuite);
        Assert.Equal("X25519MLKEM768", details.Group);
        Assert.False(details.Resumed);
        Assert.False(details.EchOffered);
        Assert.Equal("TLS 1.3 www.example.com h2", details.Summary);
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.Equal(Confidence.Decoded, conversation.Flow.Confidence);
        Assert.Null(conversation.Flow.State);
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(0, conversation.Flow.Buffered);
    }

    [Fact]
    public void Tls12_gives_the_chosen_protocol_and_resumption()
    {
        byte[] hello = ClientHello(Sni("mail.example.org"), Alpn("imap"));
        byte[] resumed = ServerHello(0x0303, 0xC02F, null, SessionId, Alpn("imap"));
        Conversation conversation = new Conversation(port: 12345).Client(Record(22, hello)).Server(Record(22, resumed));
        TlsDetails details = Details(conversation);
        Assert.Equal("imap", details.Alpn);
        Assert.Equal("TLS 1.2", details.Version);
        Assert.Equal("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", details.CipherSuite);
        Assert.True(details.Resumed);
        Assert.Null(details.Group);
        Assert.Null(details.Certificate);
        Assert.Equal("IMAPS", conversation.Flow.Application);

        byte[] full = ServerHello(0x0303, 0xC0FE, null, new byte[32]);
        details = Details(new Conversation().Client(Record(22, hello)).Server(Record(22, full)));
        Assert.False(details.Resumed);
        Assert.Equal("0xC0FE", details.CipherSuite);
    }

    [Fact]
    public void A_hello_retry_request_is_not_the_answer()
    {
        byte[] retry = ServerHello(0x0303, 0x1302, RetryRandom, null, Extension(43, U16(0x0304)), Extension(51, U16(0x0018)));
        byte[] answer = ServerHello(0x0303, 0x1302, null, null, Extension(43, U16(0x0304)), Extension(51, U16(0x0018), Vector16(new byte[97])), Extension(41, U16(0)));
        Conversation conversation = new Conversation().Client(Record(22, ModernClientHello)).Server(Bytes(Record(22, retry), Record(20, 1)));
        Assert.False(conversation.Flow.IsFinished);
        conversation.Client(Bytes(Record(20, 1), Record(22, ModernClientHello))).Server(Record(22, answer));
        TlsDetails details = Details(conversation);
        Assert.True(details.HelloRetried);
        Assert.True(details.Resumed);
        Assert.Equal("secp384r1", details.Group);
        Assert.Equal("www.example.com", details.Sni);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_hello_may_fill_many_records_and_arrive_byte_by_byte(int recordSize)
    {
        byte[] client = Records(ModernClientHello, recordSize);
        Conversation whole = new Conversation().Client(client).Server(Records(ServerHello13, recordSize));
        Conversation dripped = new Conversation().Drip(Side.Originator, client).Drip(Side.Responder, Records(ServerHello13, recordSize));
        Assert.Equal("www.example.com", Details(whole).Sni);
        Assert.Equal("TLS 1.3", Details(whole).Version);
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));
    }

    [Fact]
    public void Several_messages_share_a_record()
    {
        byte[] empty = Bytes(14, Vector24());
        byte[] server = Record(22, empty, empty, ServerHello(0x0303, 0xC02F), empty);
        Conversation conversation = new Conversation().Client(Record(22, ClientHello(Sni("a.example")))).Server(server);
        Assert.Equal("TLS 1.2", Details(conversation).Version);
    }

    [Theory]
    [InlineData("_dmarc.my_host", "_dmarc.my_host")]
    [InlineData("localhost", "localhost")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("evil\u001b[31m\r\n.example", "evil\uFFFD[31m\uFFFD\uFFFD.example")]
    [InlineData("b\u202Ecilbup", "b\uFFFDcilbup")]
    public void Any_printable_server_name_counts(string sent, string shown) =>
        Assert.Equal(shown, Details(new Conversation().Client(Record(22, ClientHello(Sni(sent))))).Sni);

    [Theory]
    [InlineData(443, new[] { "h2" }, "HTTPS")]
    [InlineData(9999, new[] { "http/1.1" }, "HTTPS")]
    [InlineData(443, new string[0], "HTTPS")]
    [InlineData(8443, new string[0], "HTTPS")]
    [InlineData(443, new[] { "vpn/7" }, "TLS")]
    [InlineData(443, new[] { "dot" }, "DoT")]
    [InlineData(853, new string[0], "DoT")]
    [InlineData(993, new string[0], "IMAPS")]
    [InlineData(465, new string[0], "SMTPS")]
    [InlineData(995, new string[0], "POP3S")]
    [InlineData(636, new string[0], "LDAPS")]
    [InlineData(990, new string[0], "FTPS")]
    [InlineData(8883, new string[0], "MQTTS")]
    [InlineData(6697, new string[0], "IRCS")]
    [InlineData(5061, new string[0], "SIPS")]
    [InlineData(31337, new string[0], "TLS")]
    public void What_runs_inside_is_named_by_alpn_then_port(int port, string[] alpn, string application)
    {
        byte[] hello = alpn.Length == 0 ? ClientHello(Sni("x")) : ClientHello(Sni("x"), Alpn(alpn));
        Assert.Equal(application, new Conversation((ushort)port).Client(Record(22, hello)).Flow.Application);
    }

    [Fact]
    public void The_client_is_told_by_what_it_says()
    {
        // The opening was missed, and the server's packet came first.
        Conversation conversation = new(port: 50_000, clientPort: 993, handshake: false);
        conversation.Client(Record(22, ServerHello(0x0303, 0xC02F)));
        Assert.Equal("IMAPS", conversation.Flow.Application);
        conversation.Server(Record(22, ClientHello(Sni("mail.example"))));
        Assert.Equal("mail.example", Details(conversation).Sni);
        Assert.False(conversation.Flow.IsFinished);
        conversation.Client(Record(22, ServerHelloDone));
        Assert.True(conversation.Flow.IsFinished);
    }

    [Theory]
    [InlineData(0xFE0D)]
    [InlineData(0xFFCE)]
    public void Encrypted_client_hello_is_marked(int extension)
    {
        TlsDetails details = Details(new Conversation().Client(Record(22, ClientHello(Sni("outer.example"), Extension(extension, new byte[50])))));
        Assert.True(details.EchOffered);
        Assert.True(details.SniIsOuter);
        Assert.False(Details(new Conversation().Client(Record(22, ModernClientHello))).SniIsOuter);
    }

    [Fact]
    public void An_alert_instead_of_a_hello_ends_it()
    {
        Conversation conversation = new Conversation().Client(Record(22, ClientHello(Sni("x.example")))).Server(Record(21, 2, 112));
        Assert.Equal("unrecognized_name", Details(conversation).Alert);
        Assert.Null(Details(conversation).Version);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void The_hello_of_old_clients_is_recognized()
    {
        byte[] body = Bytes(1, U16(0x0301), U16(6), U16(0), U16(16), new byte[] { 0, 0, 4, 0, 0, 5 }, new byte[16]);
        byte[] hello = Bytes(U16(0x8000 | body.Length), body);
        Conversation conversation = new Conversation().Drip(Side.Originator, hello).Server(Record(22, ServerHello(0x0301, 0x0005)));
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.Equal(["TLS 1.0"], Details(conversation).VersionsOffered);
        Assert.Equal("TLS 1.0", Details(conversation).Version);
        Assert.True(conversation.Server(Record(22, ServerHelloDone)).Flow.IsFinished);
        Assert.Null(Details(conversation).Ja4);
    }

    [Fact]
    public void Joined_in_the_middle_it_is_still_tls()
    {
        Conversation conversation = new Conversation(handshake: false).Client(Record(23, new byte[300]));
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.Equal(Confidence.Signature, conversation.Flow.Confidence);
        Assert.Null(conversation.Flow.Details);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void A_hello_cut_by_the_capture_still_has_its_name()
    {
        byte[] hello = Record(22, ModernClientHello);
        TlsDetails details = Details(new Conversation().Client(hello.AsSpan(0, 300), hello.Length));
        Assert.Equal("www.example.com", details.Sni);
        Assert.Equal(["h2", "http/1.1"], details.AlpnOffered);

        // A fingerprint of a part would be another's.
        Assert.Null(details.Ja3);
        Assert.Null(details.Ja4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hello_whose_rest_was_lost_still_has_its_name(bool isServerEncrypting)
    {
        byte[] hello = Record(22, ModernClientHello);
        byte[] server = Bytes(Record(22, ServerHello13), isServerEncrypting ? Bytes(new byte[] { 20, 3, 3, 0, 1, 1 }, Record(23, new byte[40])) : []);
        Conversation conversation = new Conversation().Client(hello.AsSpan(0, 300)).Server(server);
        TlsDetails details = Details(isServerEncrypting ? conversation : conversation.Close());
        Assert.Equal(("www.example.com", "TLS 1.3", null), (details.Sni, details.Version, details.Ja4));
    }

    [Fact]
    public void Early_data_before_the_answer_is_passed_over()
    {
        Conversation conversation = new Conversation().Client(Bytes(Record(22, ModernClientHello), Record(20, 1), Record(23, new byte[5000])))
            .Server(Record(22, ServerHello13));
        Assert.Equal("TLS 1.3", Details(conversation).Version);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(16384)]
    public void A_handshake_in_the_clear_gives_certificate_and_group(int recordSize)
    {
        byte[] client = Record(22, ClientHello(Sni("www.example.com")));
        byte[] server = Records(
            Bytes(ServerHello(0x0303, 0xC02F, null, new byte[32]), Certificate(Certificates.Server, new byte[3000]), ServerKeyExchange(0x001D), ServerHelloDone), recordSize);
        Conversation conversation = new Conversation().Client(client);
        conversation.Server(server.AsSpan(0, server.Length - 1));
        Assert.False(conversation.Flow.IsFinished);
        conversation.Server(server.AsSpan(server.Length - 1));
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(0, conversation.Flow.Buffered);

        TlsDetails details = Details(conversation);
        Assert.Equal("x25519", details.Group);
        Assert.False(details.Resumed);
        Assert.Equal("CN=www.example.com, O=Example\\, Inc., C=US", details.Certificate!.Subject);
        Assert.Equal(Certificates.Names, details.Certificate.Names);

        Conversation dripped = new Conversation().Drip(Side.Originator, client).Drip(Side.Responder, server);
        Assert.Equal(Conversation.Tell(conversation.Flow), Conversation.Tell(dripped.Flow));
        Assert.Equal(details.Certificate.ToString(), Details(dripped).Certificate!.ToString());
    }

    [Fact]
    public void A_server_that_encrypts_at_once_has_resumed()
    {
        // A session ticket, and no session id to repeat (RFC 5077 section 3.4).
        byte[] hello = ClientHelloOf(0x0303, [0xC02F], [Extension(35, new byte[100])]);
        byte[] server = Bytes(Record(22, ServerHello(0x0303, 0xC02F, null, [])), Record(20, 1), Record(22, new byte[40]));
        Conversation conversation = new Conversation().Client(Record(22, hello)).Server(server);
        Assert.True(Details(conversation).Resumed);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Theory]
    [InlineData(0xC02F, 0, "secp384r1")]   // ECDHE_RSA
    [InlineData(0xC035, 5, "secp384r1")]   // ECDHE_PSK, with a hint
    [InlineData(0x009E, 0, null)]          // DHE_RSA: the same bytes would be the size of a prime
    public void The_group_of_a_key_exchange_stands_where_the_suite_says(int suite, int hint, string? group)
    {
        byte[] parameters = Bytes(hint > 0 ? Vector16(new byte[hint]) : Bytes(), 3, U16(0x0018), Vector8(new byte[97]));
        byte[] server = Record(22, ServerHello(0x0303, suite), Bytes(12, Vector24(parameters)), ServerHelloDone);
        Assert.Equal(group, Details(new Conversation().Client(Record(22, ClientHello())).Server(server)).Group);
    }

    [Fact]
    public void A_damaged_certificate_takes_nothing_else_away()
    {
        byte[] server = Record(22, ServerHello(0x0303, 0xC02F), Certificate(new byte[500]), ServerKeyExchange(0x0017), ServerHelloDone);
        TlsDetails details = Details(new Conversation().Client(Record(22, ModernClientHello)).Server(server));
        Assert.Null(details.Certificate);
        Assert.Equal("secp256r1", details.Group);
        Assert.False(details.Resumed);
    }

    [Theory]
    [InlineData(25, "SMTPS")]
    [InlineData(5432, "PostgreSQL")]
    [InlineData(3389, "RDP")]
    public void After_an_upgrade_the_plain_port_names_what_runs_inside(int port, string application) =>
        Assert.Equal(application, new Conversation((ushort)port).Client(Record(22, ClientHello())).Flow.Application);

    [Fact]
    public void What_is_known_to_run_inside_needs_no_guess()
    {
        var inspector = TlsInspector.Begin(new FlowContext(TransportProtocol.TCP, 50_000, 12_345), inside: "IMAPS");
        inspector.Inspect(Side.Originator, Record(22, ClientHello()), timestamp: 0);
        Assert.Equal("IMAPS", inspector.Application);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void A_damaged_hello_does_not_hide_the_other(bool isServerFirst, bool isCut)
    {
        byte[] hello = Record(22, ModernClientHello);
        const int SuitesLengthAt = 5 + 4 + 2 + 32 + 1 + 32; // of a session id of 32 bytes
        hello[SuitesLengthAt] = 0xFF;
        if (isCut)
        {
            hello[7] = 0xFF; // of its length: it does not end with its record
            hello = Bytes(hello, new byte[] { 0x4C, 0xC0, 7, 1, 2, 3 });
        }

        var conversation = new Conversation();
        foreach (bool isServer in (bool[])[isServerFirst, !isServerFirst])
        {
            _ = isServer ? conversation.Server(Record(22, ServerHello13)) : conversation.Client(hello);
        }

        TlsDetails details = Details(conversation);
        Assert.Equal("TLS 1.3", details.Version);
        Assert.Null(details.Sni);
    }

    [Fact]
    public void A_hello_cut_wherever_has_no_fingerprint()
    {
        byte[] hello = Record(22, ModernClientHello);
        for (int length = hello.Length - 1; length > 9; length--)
        {
            var conversation = new Conversation().Client(hello.AsSpan(0, length), hello.Length);
            conversation.Flow.Close();
            if (conversation.Flow.Details is TlsDetails details)
            {
                Assert.Null(details.Ja3);
                Assert.Null(details.Ja4);
                Assert.True(details.Sni is null or "www.example.com", details.Sni);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000)]
    public void A_hello_cut_by_something_else_still_has_its_name(int segment)
    {
        byte[] stream = Bytes(Record(22, ModernClientHello.AsSpan(0, 300).ToArray()), new byte[] { 0x4C, 0xC0, 7, 1, 2, 3 });
        var conversation = new Conversation();
        for (int at = 0; at < stream.Length; at += segment)
        {
            conversation.Client(stream.AsSpan(at, Math.Min(segment, stream.Length - at)));
        }

        conversation.Server(Record(22, ServerHello13)).Flow.Close();
        TlsDetails details = Details(conversation);
        Assert.Equal("www.example.com", details.Sni);
        Assert.Equal("TLS 1.3", details.Version);
        Assert.Null(details.Ja4);
    }

    [Fact]
    public void Garbage_behind_one_hello_does_not_hide_the_other()
    {
        Conversation conversation = new Conversation().Client(Bytes(Record(22, ModernClientHello), new byte[] { 0x4C, 0xC0, 7 }));
        Assert.False(conversation.Flow.IsFinished);
        conversation.Server(Record(22, ServerHello13));
        Assert.Equal("TLS 1.3", Details(conversation).Version);
    }

    [Fact]
    public void Mutated_handshakes_do_no_harm()
    {
        byte[] client = Record(22, ModernClientHello);
        byte[] server = Record(22, ServerHello(0x0303, 0xC02F), Certificate(Certificates.Server), ServerKeyExchange(0x001D), ServerHelloDone);
        System.Random random = new(3);
        for (int i = 0; i < 3000; i++)
        {
            byte[][] sides = [[.. client], [.. server]];
            byte[] side = sides[random.Next(2)];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                side[random.Next(side.Length)] = (byte)random.Next(256);
            }

            Conversation conversation = new Conversation().Client(sides[0]).Server(sides[1]).Close();
            Assert.Equal(0, conversation.Flow.Buffered);
            Assert.NotEmpty(Conversation.Tell(conversation.Flow));
        }
    }

    [Fact]
    public void Without_an_answer_it_ends_at_a_limit()
    {
        Conversation conversation = new Conversation().Client(Record(22, ModernClientHello));
        byte[] data = Record(23, new byte[16000]);
        for (int i = 0; i <= InspectionLimits.TlsHandshakeBytes / data.Length; i++)
        {
            conversation.Client(data);
        }

        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal("www.example.com", Details(conversation).Sni);
    }

    [Fact]
    public void Rfc8448_simple_1rtt_handshake()
    {
        // RFC 8448 section 3: the first records of client and server.
        byte[] client = Convert.FromHexString(
            "16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006736572766572ff01"
            + "000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c"
            + "002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001");
        byte[] server = Convert.FromHexString(
            "160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e1"
            + "56d6cc253b833df1dd69b1b04e751f0f002b00020304");
        TlsDetails details = Details(new Conversation().Client(client).Server(server));
        Assert.Equal("server", details.Sni);
        Assert.Equal("TLS 1.3", details.Version);
        Assert.Equal("TLS_AES_128_GCM_SHA256", details.CipherSuite);
        Assert.Equal("x25519", details.Group);
        Assert.StartsWith("t13d030900_", details.Ja4, StringComparison.Ordinal);
    }
}
