using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Remote;

public sealed class TelnetInspectorTests
{
    private const int Iac = 255;
    private const int Will = 251;
    private const int Wont = 252;
    private const int Do = 253;
    private const int Begin = 250;
    private const int End = 240;

    private static Turn Client(params object[] parts) => new(Side.Originator, Bytes(parts));

    private static Turn Server(params object[] parts) => new(Side.Responder, Bytes(parts));

    private static Turn[] Session => [
        Server(Iac, Do, 24, Iac, Do, 31, Iac, Will, 1, Iac, Do, 39), Client(Iac, Will, 24, Iac, Will, 31, Iac, Do, 1, Iac, Wont, 39),
        Server(Iac, Begin, 24, 1, Iac, End), Client(Iac, Begin, 24, 0, "xterm", Iac, End, Iac, Begin, 31, U16(120), U16(40), Iac, End, Iac, Begin, 39, 0, 0, "USER", 1, "hunter2", Iac, End),
        Server("login: "), Client("root\r\n"), Server("Password: "), Client("hunter2\r\n"),
    ];

    private static TelnetDetails Details(FlowInspection flow) => Assert.IsType<TelnetDetails>(flow.Details);

    [Theory]
    [InlineData(23)]
    [InlineData(31_000)]
    public void Options_terminal_and_window_without_what_is_typed(ushort port)
    {
        FlowInspection flow = Hostile.Whole(port, Session);
        TelnetDetails details = Details(flow);
        Assert.Equal(("TELNET", Confidence.Decoded), (flow.Application, flow.Confidence));
        Assert.Equal(["TTYPE", "NAWS", "ECHO"], details.Options);
        Assert.Equal(("xterm", 120, 40), (details.TerminalType, details.Columns, details.Rows));
        Assert.Equal("xterm TTYPE,NAWS,ECHO", details.Summary);
        Assert.DoesNotContain("hunter2", Conversation.Tell(flow), StringComparison.Ordinal);
        Assert.DoesNotContain("root", Conversation.Tell(flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_split_says_the_same() => Hostile.AssertAnySplitIsTheSame(23, Session);

    [Fact]
    public void Damage_does_no_harm() => Hostile.AssertDamageDoesNoHarm(23, Session);

    [Fact]
    public void Text_may_come_before_the_first_command()
    {
        Turn[] turns = [Server("Welcome to the machine\r\n", Iac, Will, 3, "login: ")];
        Assert.Equal("TELNET", Hostile.Whole(23, turns).Application);
        Hostile.AssertAnySplitIsTheSame(23, turns);
    }

    [Fact]
    public void Long_after_the_negotiation_it_is_finished()
    {
        Conversation conversation = new Conversation(23).Server(Session[0].Bytes);
        for (int i = 0; i < 9; i++)
        {
            Assert.False(conversation.Flow.IsFinished);
            conversation.Server(new byte[1000]);
        }

        Assert.True(conversation.Flow.IsFinished);
    }

    public static TheoryData<byte[]> Others =>
    [
        Bytes(Iac, Will, 1), // One command is too little on another port.
        Bytes(Iac, Will, 0x90, 0, Iac, Will), // MPEG audio
        Bytes(Iac, 0xD8, Iac, 0xE0), // JPEG
        Bytes(Iac, Iac, Iac, Iac, Iac, Iac),
        Bytes("Welcome\r\n"),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void What_only_looks_like_it_is_not(byte[] bytes) =>
        Assert.NotEqual("TELNET", new Conversation(31_000).Server(bytes).Close().Flow.Application);
}
