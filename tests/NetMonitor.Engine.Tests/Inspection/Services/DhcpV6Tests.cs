using System.Net;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>DHCPv6 (RFC 8415), also as a relay passes it on.</summary>
public sealed class DhcpV6Tests
{
    [Fact]
    public void Names_and_addresses_behind_a_relay()
    {
        DhcpV6Details details = DetailsOf<DhcpV6Details>((Side.Originator, Bytes(12, 0, Zeros(32), U16(9), Vector16(DhcpV6Solicit))));
        Assert.Equal(("SOLICIT", "pc.home", IPAddress.Parse("2001:db8::7")), (details.MessageType, details.ClientName, details.AssignedAddress!));
        Assert.StartsWith("00:01:00:01:09", details.ClientDuid, StringComparison.Ordinal);
    }
}
