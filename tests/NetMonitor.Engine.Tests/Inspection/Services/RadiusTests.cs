using System.Net;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>RADIUS (RFC 2865).</summary>
public sealed class RadiusTests
{
    [Fact]
    public void Users_and_access_servers()
    {
        RadiusDetails details = DetailsOf<RadiusDetails>((Side.Originator, RadiusRequest), (Side.Responder, RadiusAccept));
        Assert.Equal(("Access-Accept", "alice", "ap-1", IPAddress.Parse("192.0.2.3")), (details.Code, details.User, details.NasIdentifier, details.NasAddress!));
        Assert.Null(Udp().Datagram(Side.Responder, RadiusAccept).Flow.Application);
        Assert.Equal("RADIUS", Udp(1812).Datagram(Side.Responder, RadiusAccept).Flow.Application);
    }
}
