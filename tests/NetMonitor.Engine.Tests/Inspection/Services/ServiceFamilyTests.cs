using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>What holds for each service: found from either side on a port of nobody, damage does no harm, nobody takes another's, no secret is kept.</summary>
public sealed class ServiceFamilyTests
{
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
}
