using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Industry;

public sealed class IndustrySignaturesTests
{
    private static readonly byte[] Connect = Bytes(3, 0, 0, 22, 17, 0xE0, 0, 0, 0, 1, 0, 0xC1, 2, 1, 0, 0xC2, 2, 1, 2, 0xC0, 1, 10);
    private static readonly byte[] Setup = Bytes(3, 0, 0, 25, 2, 0xF0, 0x80, 0x32, 1, 0, 0, 0, 0, 0, 8, 0, 0, 0xF0, 0, 0, 1, 0, 1, 1, 0xE0);
    private static readonly byte[] Register = Bytes(0x65, 0, 4, 0, 0u, 0u, new byte[8], 0u, 1, 0, 0, 0);
    private static readonly byte[] Start104 = Bytes(0x68, 4, 7, 0, 0, 0, 0x68, 14, 0, 0, 0, 0, 100, 1, 6, 0, 1, 0, 0, 0, 0, 20);

    private static readonly byte[] GitRequest = Bytes("0035git-upload-pack /p.git\0host=h.example\0\0version=2\0");

    // From the "DNP3 primer": a link header and its CRC.
    private static readonly byte[] Dnp3 = Convert.FromHexString("056405C001000004E921");
    private static readonly byte[] Hello = Bytes("HELF", 0x34, 0, 0, 0, 0u, 0, 0, 1, 0, 0, 0, 1, 0, 0u, 0u, 20, 0, 0, 0, "opc.tcp://plc:4840/x");

    public static TheoryData<byte[], string> Streams => new()
    {
        { Bytes(Connect, Setup), "S7comm" }, { Setup, "S7comm" }, { Register, "EtherNet/IP" }, { Start104, "IEC 104" }, { Bytes(Dnp3, Dnp3), "DNP3" }, { Hello, "OPC UA" },
        { "@RSYNCD: 31.0 sha512\n"u8.ToArray(), "rsync" },
        { Bytes("l\0\u000b\0\0\0", 18, 0, 16, 0, 0, 0, "MIT-MAGIC-COOKIE-1", 0, 0, "0123456789abcdef"), "X11" },
        { Bytes("B\0\0\u000b\0\0", 0, 18, 0, 16, 0, 0, "MIT-MAGIC-COOKIE-1", 0, 0, "0123456789abcdef"), "X11" },
        { GitRequest, "Git" },
        { Bytes(0xF9, 0xBE, 0xB4, 0xD9, "version", new byte[5], 0x55, 0, 0, 0, 1u), "Bitcoin" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void They_are_told_on_any_port_however_cut(byte[] bytes, string name)
    {
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            Conversation conversation = new Conversation(31_000).Client(bytes.AsSpan(0, cut)).Client(bytes.AsSpan(cut));
            Assert.Equal(name, conversation.Flow.Application);
        }

        Assert.Equal(name, new Conversation(31_000).Drip(Side.Originator, bytes).Flow.Application);
        Assert.DoesNotContain("0123456789abcdef", Conversation.Tell(new Conversation(6000).Client(bytes).Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void A_URL_of_OPC_UA_ends_with_its_hello()
    {
        byte[] longer = [.. Hello, .. "/and what comes behind"u8];
        longer[28] += 5; // the URL's length

        Assert.Null(Assert.IsType<OpcUaDetails>(new Conversation(4840).Client(longer).Flow.Details).EndpointUrl);
        Assert.Null(Assert.IsType<OpcUaDetails>(new Conversation(4840).Drip(Side.Originator, longer).Flow.Details).EndpointUrl);
    }

    [Fact]
    public void Details_of_git_and_opc_ua()
    {
        GitDetails git = Assert.IsType<GitDetails>(new Conversation(9418).Drip(Side.Originator, GitRequest).Flow.Details);
        Assert.Equal(("git-upload-pack", "/p.git", "h.example"), (git.Service, git.Path, git.Host));
        OpcUaDetails opc = Assert.IsType<OpcUaDetails>(new Conversation(4840).Drip(Side.Originator, Hello).Flow.Details);
        Assert.Equal("opc.tcp://plc:4840/x", opc.EndpointUrl);
    }

    [Fact]
    public void Others_that_begin_alike_are_not_them()
    {
        byte[] crc = [.. Dnp3];
        crc[4] ^= 1;
        byte[][] streams =
        [
            Bytes(3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0),                       // RDP opens COTP without selectors
            Bytes(Connect, 3, 0, 0, 25, 2, 0xF0, 0x80, 0x0D, new byte[17]),                            // another protocol over COTP
            crc,
            Bytes("hello world, this is text"), Bytes(0x68, 4, 7, 1, 0, 0, new byte[20]), Bytes(0x65, 0, 4, 0, 1u, 0xFFFFFFFFu, new byte[16]),
            Bytes("HELP me, I am text and not an industrial protocol"), Bytes("l\0\u000b\0\0\0", 18, 0, 0, 0, 0, 0, new byte[30]), Bytes("0032git-evil /x", new byte[40]),
        ];
        string[] names = ["S7comm", "EtherNet/IP", "IEC 104", "DNP3", "OPC UA", "X11", "Git"];
        Assert.All(streams, bytes => Assert.DoesNotContain(new Conversation(31_000).Client(bytes).Flow.Application, names));
    }

    [Fact]
    public void On_their_ports_messages_in_the_middle_are_enough()
    {
        Assert.Equal("EtherNet/IP", new Conversation(44_818, handshake: false).Client(Bytes(0x6F, 0, 2, 0, 7u, 0u, new byte[8], 0u, 0, 0)).Flow.Application);
        Assert.Equal("EtherNet/IP", new Conversation(44_818, TransportProtocol.UDP).Datagram(Side.Originator, Bytes(0x63, new byte[23])).Flow.Application);
        Assert.Equal("IEC 104", new Conversation(2404, handshake: false).Server(Bytes(Start104[6..], Start104[6..])).Flow.Application);
        Assert.Equal("DNP3", new Conversation(20_000, TransportProtocol.UDP).Datagram(Side.Responder, Dnp3).Flow.Application);
    }
}
