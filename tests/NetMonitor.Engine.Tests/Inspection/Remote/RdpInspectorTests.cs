using System.Buffers.Binary;
using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Remote;

public sealed class RdpInspectorTests
{
    private const int Request = 0xE0;
    private const int Confirm = 0xD0;

    private static byte[] X224(int code, params object[] variable)
    {
        byte[] bytes = Bytes(variable);
        return Bytes(3, 0, U16(11 + bytes.Length), 6 + bytes.Length, code, U16(0), U16(code == Confirm ? 0x1234 : 0), 0, bytes);
    }

    private static byte[] Negotiation(int type, uint value)
    {
        byte[] little = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(little, value);
        return Bytes(type, 0, 8, 0, little);
    }

    private static byte[] Asked => X224(Request, "Cookie: mstshash=eltons\r\n", Negotiation(1, 0xB));

    private static Turn[] Session => [
        new(Side.Originator, Asked), new(Side.Responder, X224(Confirm, Negotiation(2, 2))),
        new(Side.Originator, TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("desk.example")))), new(Side.Responder, TlsBytes.Record(22, TlsBytes.ServerHello13)),
    ];

    private static RdpDetails Details(FlowInspection flow) => Assert.IsType<RdpDetails>(flow.Details);

    [Theory]
    [InlineData(3389)]
    [InlineData(443)]
    public void Tls_inside_is_known_with_the_opening_around_it(ushort port)
    {
        FlowInspection flow = Hostile.Whole(port, Session);
        TlsDetails tls = Assert.IsType<TlsDetails>(flow.Details);
        RdpDetails details = Assert.IsType<RdpDetails>(tls.Outer);
        Assert.Equal(("RDP", Confidence.Decoded, "desk.example"), (flow.Application, flow.Confidence, tls.Sni));
        Assert.Equal(("eltons", "CredSSP"), (details.UserName, details.Security));
        Assert.Equal(["TLS", "CredSSP", "CredSSP-EX"], details.SecurityOffered);
        Assert.Equal("eltons CredSSP", details.Summary);
        Assert.True(flow.IsFinished);
    }

    [Fact]
    public void Any_split_says_the_same() => Hostile.AssertAnySplitIsTheSame(3389, Session);

    [Fact]
    public void Damage_does_no_harm() => Hostile.AssertDamageDoesNoHarm(3389, Session);

    [Fact]
    public void A_server_may_refuse()
    {
        FlowInspection flow = Hostile.Whole(3389, Session[0], new Turn(Side.Responder, X224(Confirm, Negotiation(3, 5))));
        Assert.Equal(("HYBRID_REQUIRED_BY_SERVER", null), (Details(flow).Failure, Details(flow).Security));
        Assert.True(flow.IsFinished);
    }

    [Fact]
    public void The_old_security_needs_no_negotiation()
    {
        FlowInspection flow = Hostile.Whole(3389, new Turn(Side.Originator, X224(Request)), new Turn(Side.Responder, X224(Confirm)));
        Assert.Equal(("RDP", "RDP"), (flow.Application, Details(flow).Security));
        Assert.True(flow.IsFinished);
        Assert.Equal("RDP", Details(Hostile.Whole(443, Session[0], new Turn(Side.Responder, X224(Confirm, Negotiation(2, 0))))).Security);
    }

    [Fact]
    public void Either_side_may_come_first_on_any_port()
    {
        Assert.Equal("RDP", new Conversation(31_000).Client(X224(Request, Negotiation(1, 3))).Flow.Application);
        Assert.Equal("RDP", new Conversation(31_000).Client(X224(Request, "Cookie: msts=3640205228.15629.0000\r\n")).Flow.Application);
        Assert.Equal("RDP", new Conversation(31_000).Server(X224(Confirm, Negotiation(2, 1))).Flow.Application);
    }

    public static TheoryData<byte[]> Others =>
    [
        X224(Request, 0xC0, 1, 0x0A, 0xC1, 2, 1, 0, 0xC2, 2, 1, 2), // S7comm
        X224(Request), // Not on the port of RDP.
        Bytes(3, 0, U16(40), 8, 2, new byte[34]), // H.225 in TPKT
        X224(0xF0, Negotiation(1, 3)),
        X224(Request, Negotiation(2, 3)),
        Bytes(3, 0, U16(0)),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void What_only_looks_like_it_is_not(byte[] bytes)
    {
        Assert.NotEqual("RDP", new Conversation(102).Client(bytes).Close().Flow.Application);
        Assert.NotEqual("RDP", new Conversation(102).Server(bytes).Close().Flow.Application);
    }
}
