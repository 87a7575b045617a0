using System.Security.Cryptography;
using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Ssh;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Ssh;

public sealed class SshInspectorTests
{
    private const string Methods = "curve25519-sha256,diffie-hellman-group14-sha256";
    private const string Gcm = "aes256-gcm@openssh.com";
    private const string Chacha = "chacha20-poly1305@openssh.com";
    private const int GcmSuccess = 36;    // length 4, one block of 16, tag 16
    private const int ChachaSuccess = 28; // length 4, 8, tag 16

    private static readonly byte[] ClientLine = "SSH-2.0-OpenSSH_9.9 Debian-3\r\n"u8.ToArray();
    private static readonly byte[] ServerLine = "SSH-2.0-dropbear_2024.86\r\n"u8.ToArray();
    private static readonly byte[] NewKeys = Packet(21);

    private static byte[] Packet(params object[] payload)
    {
        byte[] bytes = Bytes(payload);
        int padding = 8 - ((5 + bytes.Length) % 8) + 4;
        return Bytes((uint)(1 + bytes.Length + padding), padding, bytes, new byte[padding]);
    }

    private static byte[] List(string names) => Bytes((uint)names.Length, names);

    private static byte[] Offer(string methods = Methods, string keys = "ssh-ed25519,rsa-sha2-512", string cipher = Gcm, string mac = "hmac-sha2-256") => Packet(
        20, new byte[16], List(methods), List(keys), List(cipher), List(cipher), List(mac), List(mac), List("none,zlib@openssh.com"), List("none"),
        List(""), List(""), 0, 0u);

    /// <summary>A packet whose length is readable: AES-GCM.</summary>
    private static byte[] Sealed(int size) => Bytes((uint)(size - 4 - 16), Enumerable.Repeat((byte)0xA5, size - 4).ToArray());

    private static byte[] Noise(int size) => [.. Enumerable.Repeat((byte)0xA5, size)];

    private static SshDetails Details(FlowInspection flow) => Assert.IsType<SshDetails>(flow.Details);

    private static Turn Client(params object[] parts) => new(Side.Originator, Bytes(parts));

    private static Turn Server(params object[] parts) => new(Side.Responder, Bytes(parts));

    private static Turn[] Session => [
        Server(ServerLine), Client(ClientLine, Offer(keys: "rsa-sha2-512,ssh-ed25519")), Server(Offer()),
        Client(Packet(30, List("secret"))), Server(Packet(31, List("key")), NewKeys, Sealed(68)), Client(NewKeys, Sealed(52)), Server(Sealed(52)), Client(Sealed(84)),
        Server(Sealed(GcmSuccess), Sealed(500)),
    ];

    [Fact]
    public void A_session_from_version_lines_to_the_accepted_user()
    {
        FlowInspection flow = Hostile.Whole(443, Session);
        SshDetails details = Details(flow);
        Assert.Equal(("SSH", Confidence.Decoded), (flow.Application, flow.Confidence));
        Assert.Equal(("2.0", "OpenSSH_9.9", "Debian-3"), (details.ClientVersion, details.ClientSoftware, details.ClientComment));
        Assert.Equal(("2.0", "dropbear_2024.86", null), (details.ServerVersion, details.ServerSoftware, details.ServerComment));
        Assert.Equal(("curve25519-sha256", "rsa-sha2-512"), (details.KeyExchange, details.HostKeyAlgorithm));
        Assert.Equal((Gcm, Gcm, null, null), (details.CipherToServer, details.CipherToClient, details.MacToServer, details.MacToClient));
        Assert.Equal(("none", "none"), (details.CompressionToServer, details.CompressionToClient));
        Assert.Equal(Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes($"{Methods};{Gcm};hmac-sha2-256;none,zlib@openssh.com"))), details.Hassh);
        Assert.Equal(Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes($"{Methods};{Gcm};hmac-sha2-256;none"))), details.HasshServer);
        Assert.Equal(SshState.ESTABLISHED, details.State);
        Assert.Equal("SSH-2.0 dropbear_2024.86 ESTABLISHED", details.Summary);
        Assert.True(flow.IsFinished);
    }

    [Fact]
    public void Any_split_says_the_same() => Hostile.AssertAnySplitIsTheSame(22, Session);

    [Fact]
    public void Damage_does_no_harm() => Hostile.AssertDamageDoesNoHarm(22, Session);

    [Fact]
    public void The_state_follows_the_messages()
    {
        SshState[] states = [.. Enumerable.Range(1, Session.Length).Select(i => Details(Hostile.Whole(2222, Session[..i])).State)];
        Assert.Equal([SshState.BANNER, SshState.KEYEXCHANGE, SshState.KEYEXCHANGE, SshState.KEYEXCHANGE, SshState.KEYEXCHANGE,
            SshState.AUTHENTICATION, SshState.AUTHENTICATION, SshState.AUTHENTICATION, SshState.ESTABLISHED], states);
    }

    [Theory]
    [InlineData(Chacha, "umac-64-etm@openssh.com", ChachaSuccess, null)]
    [InlineData("aes128-ctr", "hmac-sha2-256", 16 + 32, "hmac-sha2-256")]
    [InlineData("3des-cbc", "hmac-sha1", 16 + 20, "hmac-sha1")]
    public void Where_lengths_are_hidden_segments_tell(string cipher, string mac, int success, string? macUsed)
    {
        Turn[] login = [
            Server(ServerLine, Offer(cipher: cipher, mac: mac)), Client(ClientLine, Offer(cipher: cipher, mac: mac), NewKeys), Server(NewKeys),
            Client(Noise(60)), Server(Noise(success + 16)), Client(Noise(100)), Server(Noise(success + 24)), Client(Noise(100)),
        ];
        Assert.Equal(SshState.AUTHENTICATION, Details(Hostile.Whole(22, login)).State);
        FlowInspection flow = Hostile.Whole(22, [.. login, Server(Noise(success))]);
        Assert.Equal(SshState.ESTABLISHED, Details(flow).State);
        Assert.Equal(macUsed, Details(flow).MacToClient);
        Assert.True(flow.IsFinished);

        flow = Hostile.Whole(22, [.. login, Server(Noise(20_000)), Client(Noise(20_000))]);
        Assert.Equal(SshState.ESTABLISHED, Details(flow).State);
    }

    [Fact]
    public void Encrypt_then_mac_shows_its_lengths()
    {
        byte[] Etm(int length) => Bytes((uint)length, Noise(length + 32));
        Turn[] login = [
            Server(ServerLine, Offer(cipher: "aes128-ctr", mac: "hmac-sha2-256-etm@openssh.com")), Client(ClientLine, Offer(cipher: "aes128-ctr", mac: "hmac-sha2-256-etm@openssh.com"), NewKeys),
            Server(NewKeys), Client(Etm(32)), Server(Etm(32)), Client(Etm(48)), Server(Etm(32), Etm(16), Etm(200)),
        ];
        Assert.Equal(SshState.ESTABLISHED, Details(Hostile.Whole(22, login)).State);
        Assert.Equal(SshState.AUTHENTICATION, Details(Hostile.Whole(22, [.. login[..^1], Server(Etm(32))])).State);
        Hostile.AssertAnySplitIsTheSame(22, login);
    }

    [Fact]
    public void Either_side_may_come_first_and_the_client_is_told_by_what_it_says()
    {
        Assert.Equal("dropbear_2024.86", Details(new Conversation(31_000).Server(ServerLine).Flow).ServerSoftware);
        Assert.Equal("OpenSSH_9.9", Details(new Conversation(31_000).Client(ClientLine).Flow).ClientSoftware);

        // The opening was missed and the server's packet came first: by port, by markers, by message numbers.
        Conversation port = new Conversation(50_000, clientPort: 22, handshake: false).Client(ServerLine).Server(ClientLine);
        Assert.Equal(("OpenSSH_9.9", "dropbear_2024.86"), (Details(port.Flow).ClientSoftware, Details(port.Flow).ServerSoftware));
        Conversation marker = new Conversation(50_000, clientPort: 2222, handshake: false).Client(ServerLine)
            .Server([.. ClientLine, .. Offer(methods: Methods + ",ext-info-c")]).Client(Offer());
        Assert.Equal("OpenSSH_9.9", Details(marker.Flow).ClientSoftware);
        Assert.NotNull(Details(marker.Flow).KeyExchange);
        Conversation message = new Conversation(50_000, clientPort: 2222, handshake: false).Client([.. ServerLine, .. Offer(), .. Packet(31, List("x"))])
            .Server([.. ClientLine, .. Offer()]);
        Assert.Equal("OpenSSH_9.9", Details(message.Flow).ClientSoftware);
    }

    [Fact]
    public void A_server_may_greet_with_text()
    {
        byte[] greeting = Bytes("Authorized use only\r\nReally\r\n", ServerLine);
        SshDetails details = Details(new Conversation(443).Server(greeting).Client(ClientLine).Flow);
        Assert.Equal(("dropbear_2024.86", "OpenSSH_9.9"), (details.ServerSoftware, details.ClientSoftware));
        Hostile.AssertAnySplitIsTheSame(22, new Turn(Side.Responder, greeting), new Turn(Side.Originator, ClientLine));
    }

    [Fact]
    public void A_greeting_may_have_any_letters_and_other_bytes_are_none()
    {
        byte[] greeting = Bytes(System.Text.Encoding.UTF8.GetBytes("Nur f\u00FCr Befugte \u2014 \U0001F512\r\n" + new string('\u00E9', 100) + "\r\n"), ServerLine);
        Assert.Equal("SSH", new Conversation(31_000).Server(greeting).Flow.Application);
        Hostile.AssertAnySplitIsTheSame(31_000, new Turn(Side.Responder, greeting), new Turn(Side.Originator, ClientLine));

        // Nobody waits for the end of a greeting that is none.
        var random = new Random(4);
        int waiting = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] bytes = [(byte)random.Next(32, 127), .. Enumerable.Range(0, 40).Select(_ => (byte)random.Next(9, 256))];
            waiting += SshInspector.ProbeBehindText(new FlowContext(TransportProtocol.TCP, 50_000, 31_000), Side.Responder, bytes) == Match.No ? 0 : 1;
        }

        Assert.Equal(0, waiting);
    }

    [Fact]
    public void A_page_asked_of_an_ssh_server_does_not_make_it_http()
    {
        Turn[] turns = [new(Side.Originator, Bytes("GET /?q=secret HTTP/1.1\r\nHost: h.example\r\n\r\n")), new(Side.Responder, ServerLine)];
        FlowInspection flow = Hostile.Whole(22, turns);
        Assert.Equal(("SSH", "dropbear_2024.86"), (flow.Application, Details(flow).ServerSoftware));
        Assert.IsType<HttpDetails>(Details(flow).Outer);
        Hostile.AssertAnySplitIsTheSame(22, turns);

        flow = Hostile.Whole(22, turns[1], turns[0]);
        Assert.Equal(("SSH", "dropbear_2024.86", null), (flow.Application, Details(flow).ServerSoftware, Details(flow).ClientSoftware));
    }

    [Fact]
    public void Version_lines_in_datagrams_are_known()
    {
        Conversation conversation = new Conversation(1234, TransportProtocol.UDP).Datagram(Side.Originator, ClientLine).Datagram(Side.Responder, ServerLine);
        Assert.Equal(("SSH", Confidence.Signature), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.Equal(("OpenSSH_9.9", "dropbear_2024.86"), (Details(conversation.Flow).ClientSoftware, Details(conversation.Flow).ServerSoftware));
        Assert.True(conversation.Flow.IsFinished);
        Assert.Null(new Conversation(1234, TransportProtocol.UDP).Datagram(Side.Originator, "SSH-2"u8).Flow.Application);
    }

    [Fact]
    public void Joined_behind_the_version_lines_offers_are_enough()
    {
        Conversation conversation = new Conversation(31_000, handshake: false).Client(Offer()).Server(Offer());
        Assert.Equal("SSH", conversation.Flow.Application);
        Assert.Equal("curve25519-sha256", Details(conversation.Flow).KeyExchange);
        Assert.Null(Details(conversation.Flow).ServerSoftware);
    }

    [Fact]
    public void Ssh_1_is_known_by_its_version_lines()
    {
        Conversation conversation = new Conversation(22).Server("SSH-1.5-OldServer_1\n"u8).Client("SSH-1.5-OldClient_1\n"u8).Server(Noise(300)).Client(Noise(300));
        Assert.Equal(("1.5", "OldServer_1"), (Details(conversation.Flow).ServerVersion, Details(conversation.Flow).ServerSoftware));
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void A_line_without_an_end_is_cut()
    {
        Conversation conversation = new Conversation(22).Server(Bytes("SSH-1.99-Cisco-1.25 ", new byte[5000])).Close();
        Assert.Equal(("1.99", "Cisco-1.25", null), (Details(conversation.Flow).ServerVersion, Details(conversation.Flow).ServerSoftware, Details(conversation.Flow).ServerComment));
        Assert.Equal("x", Details(new Conversation(22).Server("SSH-2.0-x"u8).Close().Flow).ServerSoftware);
    }

    [Fact]
    public void Endless_lists_cost_no_more_than_their_size()
    {
        string names = string.Join(',', Enumerable.Range(0, 4000).Select(i => $"a{i % 10}-{i:X}"));
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < 20; i++)
        {
            SshDetails details = Details(Hostile.Whole(22, Server(ServerLine, Offer(methods: names)), Client(ClientLine, Offer(methods: names.Replace("a0-0,", "", StringComparison.Ordinal)))));
            Assert.Equal("a1-1", details.KeyExchange);
        }

        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("SSH is great\r\n")]
    [InlineData("SSH-banner\r\n")]
    [InlineData("SSH-2\r\n")]
    [InlineData("SSH-20-x\r\n")]
    [InlineData("220 mail.example.com ESMTP\r\n")]
    [InlineData("\0\0\u0001,\u0006\u0015nothing of the kind, only a length")]
    [InlineData("\0\0\u0001,\u0006\u0014nothing of the kind, only a length")]
    public void What_only_looks_like_it_is_not(string text)
    {
        Assert.NotEqual("SSH", new Conversation(443).Server(Encoding.Latin1.GetBytes(text)).Close().Flow.Application);
        Assert.NotEqual("SSH", new Conversation(443).Client(Encoding.Latin1.GetBytes(text)).Close().Flow.Application);
    }
}
