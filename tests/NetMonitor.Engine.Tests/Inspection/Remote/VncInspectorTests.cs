using System.Text;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Remote;

public sealed class VncInspectorTests
{
    private static readonly byte[] Init = Bytes(U16(1024), U16(768), new byte[16], 7u, "desktop");

    private static Turn Client(params object[] parts) => new(Side.Originator, Bytes(parts));

    private static Turn Server(params object[] parts) => new(Side.Responder, Bytes(parts));

    private static Turn[] Session => [
        Server("RFB 003.008\n"), Client("RFB 003.008\n"), Server(3, 1, 2, 18), Client(2), Server("hunter2-hunter2-"), Client("hunter2-hunter2-"), Server(0u), Client(1), Server(Init),
    ];

    private static VncDetails Details(FlowInspection flow) => Assert.IsType<VncDetails>(flow.Details);

    [Fact]
    public void A_session_with_a_password_on_any_port()
    {
        FlowInspection flow = Hostile.Whole(31_000, Session);
        VncDetails details = Details(flow);
        Assert.Equal(("VNC", Confidence.Decoded), (flow.Application, flow.Confidence));
        Assert.Equal(("3.8", "3.8", "VNC", true), (details.ServerVersion, details.ClientVersion, details.Security, details.Authenticated));
        Assert.Equal(["None", "VNC", "TLS"], details.SecurityOffered);
        Assert.Equal(("desktop", 1024, 768), (details.DesktopName, details.Width, details.Height));
        Assert.Equal("RFB 3.8 VNC desktop", details.Summary);
        Assert.True(flow.IsFinished);
        Assert.DoesNotContain("hunter2", Conversation.Tell(flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_split_says_the_same() => Hostile.AssertAnySplitIsTheSame(5900, Session);

    [Fact]
    public void Damage_does_no_harm() => Hostile.AssertDamageDoesNoHarm(5900, Session);

    [Fact]
    public void Version_3_3_leaves_the_choice_to_the_server()
    {
        FlowInspection flow = Hostile.Whole(5900, Server("RFB 003.889\n"), Client("RFB 003.003\n"), Server(1u), Client(1), Server(Init));
        Assert.Equal(("3.889", "3.3", "None", "desktop"), (Details(flow).ServerVersion, Details(flow).ClientVersion, Details(flow).Security, Details(flow).DesktopName));
        flow = Hostile.Whole(5900, Server("RFB 003.003\n"), Client("RFB 003.003\n"), Server(0u, 6u, "no way"));
        Assert.False(Details(flow).Authenticated);
        Assert.True(flow.IsFinished);
    }

    [Fact]
    public void Version_3_7_has_no_result_without_security()
    {
        FlowInspection flow = Hostile.Whole(5900, Server("RFB 003.007\n"), Client("RFB 003.007\n"), Server(1, 1), Client(1, 1), Server(Init));
        Assert.Equal("desktop", Details(flow).DesktopName);
    }

    [Fact]
    public void A_refused_password_is_told()
    {
        FlowInspection flow = Hostile.Whole(5900, [.. Session[..6], Server(1u, 4u, "nope")]);
        Assert.Equal(("RFB 3.8 VNC refused", false), (Details(flow).Summary, Details(flow).Authenticated));
        Assert.True(flow.IsFinished);
    }

    [Fact]
    public void Behind_encryption_nothing_is_expected()
    {
        FlowInspection flow = Hostile.Whole(5900, Server("RFB 005.000\n"), Client("RFB 003.008\n"), Server(2, 19, 99), Client(19));
        Assert.Equal("VeNCrypt", Details(flow).Security);
        Assert.Equal(["VeNCrypt", "99"], Details(flow).SecurityOffered);
        Assert.True(flow.IsFinished);
    }

    [Theory]
    [InlineData("RFB 3.8\n")]
    [InlineData("RFB 003,008\n")]
    [InlineData("RFB 003.008 ")]
    [InlineData("RFC 6143 is a standard\r\n")]
    public void What_only_looks_like_it_is_not(string text) =>
        Assert.NotEqual("VNC", new Conversation(443).Server(Encoding.Latin1.GetBytes(text)).Close().Flow.Application);
}
