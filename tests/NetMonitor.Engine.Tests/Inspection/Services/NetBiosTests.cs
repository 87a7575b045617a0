using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>The names of NetBIOS over UDP (RFC 1001 section 14, RFC 1002).</summary>
public sealed class NetBiosTests
{
    [Fact]
    public void Names_are_decoded()
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
}
