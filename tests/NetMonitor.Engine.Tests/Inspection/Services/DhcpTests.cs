using System.Net;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Who asked and what it was given (RFC 2131, RFC 2132).</summary>
public sealed class DhcpTests
{
    [Fact]
    public void Names_and_addresses()
    {
        DhcpDetails details = DetailsOf<DhcpDetails>((Side.Originator, DhcpRequest), (Side.Responder, DhcpAck));
        Assert.Equal(("ACK", "02:00:5e:10:00:01", "laptop", "MSFT 5.0"), (details.MessageType, details.ClientAddress, details.ClientName, details.VendorClass));
        Assert.Equal((IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.1")), (details.RequestedAddress!, details.AssignedAddress!, details.ServerAddress!));
        Assert.Equal("example.net", details.DomainName);
    }
}
