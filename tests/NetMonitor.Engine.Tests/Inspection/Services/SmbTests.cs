using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>SMB 2 and 3 (MS-SMB2), SMB 1 (MS-CIFS), and the NetBIOS session service under it (RFC 1002 section 4.3).</summary>
public sealed class SmbTests
{
    [Fact]
    public void Dialects_shares_and_names()
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
    public void Session_responses_are_told_by_their_length(string hex, Match expected)
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
}
