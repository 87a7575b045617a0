using System.Net;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Each service: found from either side on a port of nobody, what it tells, what it keeps to itself.</summary>
public sealed class ServiceInspectorTests
{
    private const ushort Nobody = 31_000;

    private static readonly (string Name, byte[] Message)[] Datagrams =
    [
        ("SNMP", SnmpGetNext), ("SNMP", SnmpResponse), ("SNMP", SnmpEncrypted), ("NTP", NtpClient), ("NTP", NtpServer), ("DHCP", DhcpRequest), ("DHCP", DhcpAck),
        ("DHCPv6", DhcpV6Solicit), ("NetBIOS-NS", NetBiosQuery), ("NetBIOS-NS", NetBiosStatus), ("NetBIOS-DGM", NetBiosDatagram), ("SSDP", SsdpSearch),
        ("SSDP", SsdpResponse), ("STUN", StunRequest), ("STUN", StunSuccess), ("STUN", TurnChallenge), ("RADIUS", RadiusRequest), ("Kerberos", KerberosRequest),
        ("Kerberos", KerberosError), ("Kerberos", KerberosReply), ("CLDAP", LdapSearch), ("CLDAP", LdapDone), ("NFS", RpcCall), ("TFTP", ServiceBytes.Tftp),
        ("Syslog", SyslogNew), ("Syslog", SyslogOld),
    ];

    private static readonly (string Name, byte[] Client, byte[] Server)[] Streams =
    [
        ("STUN", StunRequest, StunSuccess),
        ("STUN", Bytes(U16(StunRequest.Length), StunRequest), Bytes(U16(StunSuccess.Length), StunSuccess)),
        ("Kerberos", Counted(KerberosRequest), Counted(KerberosError)),
        ("LDAP", Bytes(LdapBind, LdapSearch), Bytes(LdapBound, LdapDone)),
        ("SMB", Bytes(SmbNegotiate, SmbLogin, SmbTreeConnect, SmbEncrypted), SmbNegotiated),
        ("SMB", Bytes(NetBiosSession, Smb1Negotiate, Smb1TreeConnect), SmbNegotiated),
        ("NFS", Record(RpcCall), Record(RpcReply)),
        ("Syslog", Bytes(SyslogOld, "\n", SyslogNew, "\n"), []),
        ("Syslog", Bytes($"{SyslogNew.Length} ", SyslogNew, $"{SyslogOld.Length} ", SyslogOld), []),
    ];

    public static TheoryData<int> DatagramSamples => [.. Enumerable.Range(0, Datagrams.Length)];

    public static TheoryData<int> StreamSamples => [.. Enumerable.Range(0, Streams.Length)];

    private static Conversation Udp(ushort port = Nobody) => new(port, TransportProtocol.UDP);

    private static T Details<T>(Conversation conversation) => Assert.IsType<T>(conversation.Flow.Details);

    private static T DetailsOf<T>(params (Side From, byte[] Message)[] messages)
    {
        Conversation conversation = Udp();
        foreach ((Side from, byte[] message) in messages)
        {
            conversation.Datagram(from, message, after: 5_000_000);
        }

        return Details<T>(conversation);
    }

    [Theory]
    [MemberData(nameof(DatagramSamples))]
    public void A_datagram_of_either_side_tells(int sample)
    {
        (string name, byte[] message) = Datagrams[sample];
        foreach (Side side in new[] { Side.Originator, Side.Responder })
        {
            Conversation conversation = Udp().Datagram(side, message);
            Assert.Equal((name, Confidence.Decoded), (conversation.Flow.Application, conversation.Flow.Confidence));
            Assert.NotNull(conversation.Flow.Details);
            Assert.NotEmpty(conversation.Flow.Details.Summary);
            Assert.DoesNotContain(Secret, Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
            int version = conversation.Flow.Version;
            conversation.Datagram(side, message);
            Assert.Equal(version, conversation.Flow.Version);
        }
    }

    [Theory]
    [MemberData(nameof(DatagramSamples))]
    public void Only_its_own_probe_takes_a_datagram(int sample)
    {
        (string name, byte[] message) = Datagrams[sample];
        FlowContext context = new(TransportProtocol.UDP, 50_000, Nobody);
        string[] takers = [.. ProtocolTable.Rows.Where(row => row.DatagramProbe?.Invoke(context, Side.Originator, message) == Match.Yes).Select(row => row.Name)];
        string row = name switch { "CLDAP" => "LDAP", "NFS" => "RPC", _ => name };
        Assert.Equal([row], takers);
    }

    [Theory]
    [MemberData(nameof(DatagramSamples))]
    public void Damaged_and_cut_datagrams_do_no_harm(int sample)
    {
        byte[] message = Datagrams[sample].Message;
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            byte[] damaged = message[..random.Next(message.Length / 2, message.Length + 1)];
            for (int i = random.Next(4); i >= 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Conversation conversation = Udp(port: (ushort)(seed % 2 == 0 ? Nobody : 514)).Datagram(Side.Originator, message).Datagram(Side.Responder, damaged);
            Conversation other = Udp().Datagram(Side.Originator, damaged);
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(conversation.Flow.Details) + Conversation.Tell(other.Flow.Details));
        }
    }

    [Theory]
    [MemberData(nameof(StreamSamples))]
    public void A_stream_tells_from_either_side_however_it_is_cut(int sample)
    {
        (string name, byte[] client, byte[] server) = Streams[sample];
        FlowInspection whole = new Conversation(Nobody).Client(client).Server(server).Close().Flow;
        Assert.Equal((name, Confidence.Decoded), (whole.Application, whole.Confidence));
        string expected = Conversation.Tell(whole);
        Assert.DoesNotContain(Secret, expected, StringComparison.Ordinal);
        for (int cut = 1; cut < client.Length; cut++)
        {
            Conversation split = new Conversation(Nobody).Client(client.AsSpan(0, cut)).Client(client.AsSpan(cut)).Server(server).Close();
            Assert.Equal(expected, Conversation.Tell(split.Flow));
        }

        Assert.Equal(name, new Conversation(Nobody).Drip(Side.Originator, client).Flow.Application);
        if (server.Length > 0 && name != "NFS")
        {
            Assert.Equal(name, new Conversation(Nobody).Server(server).Flow.Application);
        }
    }

    [Theory]
    [MemberData(nameof(StreamSamples))]
    public void Damaged_streams_do_no_harm(int sample)
    {
        (_, byte[] client, byte[] server) = Streams[sample];
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            byte[] damaged = [.. client];
            for (int i = random.Next(5); i >= 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            int cut = random.Next(damaged.Length);
            Conversation conversation = new Conversation(Nobody).Client(damaged.AsSpan(0, cut)).Server(server).Client(damaged.AsSpan(cut));
            Assert.InRange(conversation.Flow.Buffered, 0, InspectionLimits.StreamWindow);
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(conversation.Close().Flow.Details));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("220 <mail.example> ESMTP ready\r\n")]
    [InlineData("<stream:stream xmlns='jabber:client'>")]
    [InlineData("<13>not a header at all")]
    [InlineData("* OK IMAP4rev1 ready\r\n")]
    [InlineData("0\u0084\u0000\u0000 nothing in here that is a message")]
    public void Others_are_left_to_others(string text)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        string[] mine = ["SMB", "STUN", "DHCP", "SSDP", "Kerberos", "LDAP", "SNMP", "NetBIOS-NS", "NetBIOS-DGM", "RPC", "TFTP", "Syslog", "DHCPv6", "RADIUS", "NTP"];
        foreach (ProtocolRow row in ProtocolTable.Rows.Where(row => mine.Contains(row.Name)))
        {
            FlowContext context = new(TransportProtocol.TCP, 50_000, Nobody);
            Assert.NotEqual(Match.Yes, row.StreamProbe?.Invoke(context, Side.Originator, bytes) ?? Match.No);
            Assert.NotEqual(Match.NeedMore, row.StreamProbe?.Invoke(context, Side.Originator, bytes) ?? Match.No);
            Assert.Equal(Match.No, row.DatagramProbe?.Invoke(context with { Protocol = TransportProtocol.UDP }, Side.Originator, bytes) ?? Match.No);
        }
    }

    [Fact]
    public void Snmp_versions_and_objects()
    {
        SnmpDetails details = DetailsOf<SnmpDetails>((Side.Originator, SnmpGetNext), (Side.Responder, SnmpResponse));
        Assert.Equal(("2c", "response", "1.3.6.1.2.1.1.1.0", 2), (details.Version, details.PduType, details.ObjectId, details.ErrorStatus));
        Assert.Equal(TimeSpan.FromMilliseconds(5), details.ResponseTime);
        Assert.Null(DetailsOf<SnmpDetails>((Side.Originator, SnmpGetNext), (Side.Originator, SnmpResponse)).ResponseTime);
        SnmpDetails encrypted = DetailsOf<SnmpDetails>((Side.Originator, SnmpEncrypted));
        Assert.Equal(("3", "admin", true, "v3 encrypted"), (encrypted.Version, encrypted.User, encrypted.Encrypted, encrypted.Summary));
    }

    [Fact]
    public void Ntp_is_matched_by_its_timestamps()
    {
        NtpDetails details = DetailsOf<NtpDetails>((Side.Originator, NtpClient), (Side.Responder, NtpServer));
        Assert.Equal((4, "server", 1, "GPS", TimeSpan.FromMilliseconds(5)), (details.Version, details.Mode, details.Stratum, details.ReferenceId, details.ResponseTime));
        byte[] odd = [.. NtpServer];
        odd[1] = 77;
        Assert.Null(Udp().Datagram(Side.Originator, odd).Flow.Application);
        Assert.Equal("NTP", Udp(123).Datagram(Side.Originator, Bytes(0x16, 1, Zeros(10))).Flow.Application);
    }

    [Fact]
    public void Dhcp_names_and_addresses()
    {
        DhcpDetails details = DetailsOf<DhcpDetails>((Side.Originator, DhcpRequest), (Side.Responder, DhcpAck));
        Assert.Equal(("ACK", "02:00:5e:10:00:01", "laptop", "MSFT 5.0"), (details.MessageType, details.ClientAddress, details.ClientName, details.VendorClass));
        Assert.Equal((IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.1")), (details.RequestedAddress!, details.AssignedAddress!, details.ServerAddress!));
        Assert.Equal("example.net", details.DomainName);
        DhcpV6Details six = DetailsOf<DhcpV6Details>((Side.Originator, Bytes(12, 0, Zeros(32), U16(9), Vector16(DhcpV6Solicit))));
        Assert.Equal(("SOLICIT", "pc.home", IPAddress.Parse("2001:db8::7")), (six.MessageType, six.ClientName, six.AssignedAddress!));
        Assert.StartsWith("00:01:00:01:09", six.ClientDuid, StringComparison.Ordinal);
    }

    [Fact]
    public void NetBios_names_are_decoded()
    {
        Conversation conversation = Udp(137).Datagram(Side.Originator, NetBiosQuery);
        Assert.Equal(ConnectionState.NETBIOS_QUERY, conversation.Flow.State);
        conversation.Datagram(Side.Responder, NetBiosStatus, after: 3_000_000);
        Assert.Equal(ConnectionState.NETBIOS_RESPONSE, conversation.Flow.State);
        NetBiosDetails details = Details<NetBiosDetails>(conversation);
        Assert.Equal(("FILESRV<20>", "query", "OK", TimeSpan.FromMilliseconds(3)), (details.Name, details.Operation, details.ResponseCode, details.ResponseTime));
        Assert.Equal(["FILESRV<20>"], details.Names);
        NetBiosDetails datagram = DetailsOf<NetBiosDetails>((Side.Originator, NetBiosDatagram));
        Assert.Equal(("PC<00>", "WORKGROUP<1d>"), (datagram.Name, datagram.Destination));
    }

    [Fact]
    public void Ssdp_keeps_only_the_host_of_an_address()
    {
        SsdpDetails details = DetailsOf<SsdpDetails>((Side.Originator, SsdpSearch), (Side.Responder, SsdpResponse));
        Assert.Equal(("response", "upnp:rootdevice", "192.0.2.7:49152", "Probe/1"), (details.Method, details.Target, details.LocationHost, details.UserAgent));
        Assert.Equal(("uuid:1::upnp:rootdevice", "Linux UPnP/1.0 x"), (details.UniqueName, details.Server));
    }

    [Fact]
    public void Stun_addresses_and_realms()
    {
        StunDetails details = DetailsOf<StunDetails>((Side.Originator, StunRequest), (Side.Responder, StunSuccess));
        Assert.Equal(("Binding", "success", "192.0.0.5:4242", "abcdefg"), (details.Method, details.Class, details.MappedAddress?.ToString(), details.Software));
        Assert.Equal(TimeSpan.FromMilliseconds(5), details.ResponseTime);
        StunDetails turn = DetailsOf<StunDetails>((Side.Responder, TurnChallenge));
        Assert.Equal(("Allocate", "error", 401, "example.net"), (turn.Method, turn.Class, turn.ErrorCode, turn.Realm));
        byte[] classic = Hex("00010000 00112233445566778899AABBCCDDEEFF");
        Assert.Equal("STUN", Udp(3478).Datagram(Side.Originator, classic).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, classic).Flow.Application);
    }

    [Fact]
    public void Radius_users_and_access_servers()
    {
        RadiusDetails details = DetailsOf<RadiusDetails>((Side.Originator, RadiusRequest), (Side.Responder, RadiusAccept));
        Assert.Equal(("Access-Accept", "alice", "ap-1", IPAddress.Parse("192.0.2.3")), (details.Code, details.User, details.NasIdentifier, details.NasAddress!));
        Assert.Null(Udp().Datagram(Side.Responder, RadiusAccept).Flow.Application);
        Assert.Equal("RADIUS", Udp(1812).Datagram(Side.Responder, RadiusAccept).Flow.Application);
    }

    [Fact]
    public void Kerberos_realms_and_principals()
    {
        KerberosDetails details = DetailsOf<KerberosDetails>((Side.Originator, KerberosRequest), (Side.Responder, KerberosError));
        Assert.Equal(("KRB-ERROR", "EXAMPLE.COM", "alice", "krbtgt/EXAMPLE.COM", "PREAUTH_REQUIRED"),
            (details.MessageType, details.Realm, details.Client, details.Service, details.Error));
        KerberosDetails reply = DetailsOf<KerberosDetails>((Side.Originator, KerberosReply));
        Assert.Equal(("TGS-REP", "cifs/srv", (int?)null), (reply.MessageType, reply.Service, reply.ErrorCode));
    }

    [Fact]
    public void Ldap_binds_searches_and_hands_over_to_tls()
    {
        Conversation conversation = new Conversation(389).Client(LdapBind).Server(LdapBound).Client(LdapSearch).Server(LdapDone);
        LdapDetails details = Details<LdapDetails>(conversation);
        Assert.Equal(("search", "cn=admin,dc=x", "simple", "ou=people,dc=x", "sub", 32),
            (details.Operation, details.BindName, details.Authentication, details.SearchBase, details.SearchScope, details.ResultCode));
        conversation.Client(Ber(0x30, Integer(3), Ber(0x42)));
        Assert.True(conversation.Flow.IsFinished);

        Conversation secured = new Conversation(389).Client(LdapStartTls).Server(LdapStarted).Client(Tls.TlsBytes.Record(22, Tls.TlsBytes.ModernClientHello));
        TlsDetails tls = Details<TlsDetails>(secured);
        Assert.Equal("StartTLS", Assert.IsType<LdapDetails>(tls.Outer).Operation);
        Assert.Equal("LDAP", new Conversation(Nobody).Client(LdapStartTls).Server(LdapStarted).Client(Tls.TlsBytes.Record(22, Tls.TlsBytes.ModernClientHello)).Flow.Application);
    }

    [Fact]
    public void Smb_dialects_shares_and_names()
    {
        Conversation conversation = new Conversation(Nobody).Client(SmbNegotiate).Server(SmbNegotiated).Client(Bytes(SmbLogin, SmbTreeConnect));
        SmbDetails details = Details<SmbDetails>(conversation);
        Assert.Equal(("3.1.1", true, false, "CORP", "alice", "PC-7"), (details.Dialect, details.Signing, details.Encrypted, details.Domain, details.User, details.Workstation));
        Assert.Equal([@"\\srv\docs"], details.Shares);
        Assert.True(Details<SmbDetails>(conversation.Client(SmbEncrypted)).Encrypted);

        SmbDetails old = Details<SmbDetails>(new Conversation(139).Client(NetBiosSession).Server([0x82, 0, 0, 0]).Client(Smb1Negotiate).Client(Smb1TreeConnect));
        Assert.Equal("OLD<20>", old.CalledName);
        Assert.Equal([@"\\OLD\C$"], old.Shares);
    }

    [Theory]
    [InlineData("82000000", Match.Yes)]
    [InlineData("8300000180", Match.Yes)]
    [InlineData("82009679032d0700", Match.No)]
    [InlineData("8300000080", Match.No)]
    public void Smb_session_responses_are_told_by_their_length(string hex, Match expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        FlowContext context = new(TransportProtocol.TCP, 50_000, 139);
        Assert.Equal(expected, NetMonitor.Inspection.Services.Smb.Probe(context, Side.Responder, bytes));
        Match before = Match.NeedMore;
        for (int length = 1; length <= bytes.Length; length++)
        {
            // What was said of the beginning stands.
            Match match = NetMonitor.Inspection.Services.Smb.Probe(context, Side.Responder, bytes.AsSpan(0, length));
            Assert.True(before == Match.NeedMore || match == before, $"{before} became {match} at {length}");
            before = match;
        }

        Assert.Equal(Match.No, NetMonitor.Inspection.Services.Smb.Probe(context with { ResponderPort = Nobody }, Side.Responder, bytes));
    }

    [Fact]
    public void Rpc_programs_and_procedures()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, RpcCall).Datagram(Side.Responder, RpcReply, after: 2_000_000);
        RpcDetails details = Details<RpcDetails>(conversation);
        Assert.Equal(("NFS", 3, "GETATTR", "unix", "accepted", TimeSpan.FromMilliseconds(2)),
            (details.ProgramName, details.Version, details.ProcedureName, details.Machine, details.Status, details.ResponseTime));
        Assert.True(conversation.Flow.IsFinished);
        Assert.Null(Udp(2049).Datagram(Side.Responder, RpcReply).Flow.Application);
    }

    [Fact]
    public void Tftp_files_and_blocks()
    {
        TftpDetails details = DetailsOf<TftpDetails>((Side.Originator, ServiceBytes.Tftp));
        Assert.Equal(("read", "boot/pxe.0", "octet"), (details.Operation, details.FileName, details.Mode));
        Conversation data = Udp().Datagram(Side.Originator, [0, 4, 0, 0]).Datagram(Side.Responder, Bytes(U16(3), U16(1), Zeros(512)));
        Assert.Equal(("TFTP", Confidence.Heuristic, true), (data.Flow.Application, data.Flow.Confidence, data.Flow.IsFinished));
    }

    [Fact]
    public void Syslog_senders_without_their_words()
    {
        SyslogDetails details = DetailsOf<SyslogDetails>((Side.Originator, SyslogNew));
        Assert.Equal(("local4", "notice", "host.example", "app"), (details.Facility, details.Severity, details.Sender, details.Program));
        SyslogDetails old = DetailsOf<SyslogDetails>((Side.Originator, SyslogOld));
        Assert.Equal(("auth.crit mymachine su", "su"), (old.Summary, old.Program));
        Assert.Null(Udp().Datagram(Side.Originator, Bytes("<13>hello")).Flow.Application);
        Assert.Equal("Syslog", Udp(514).Datagram(Side.Originator, Bytes("<13>hello")).Flow.Application);
    }
}
