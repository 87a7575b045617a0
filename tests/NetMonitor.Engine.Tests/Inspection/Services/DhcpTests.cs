using System.Net;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

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

    /// <summary>RFC 4702 section 2.3: as text, in DNS encoding, and the latter of a host that knows no domain.</summary>
    [Theory]
    [InlineData("01 00 00 706326", "pc&")]
    [InlineData("05 ff ff 04 686f7374 07 6578616d706c65 00", "host.example")]
    [InlineData("04 00 00 02 7063", "pc")]
    [InlineData("04 00 00 00", null)]
    [InlineData("04 00 00 09 7063", null)]
    [InlineData("04 00 00 c0 00", null)]
    public void A_full_name_is_one_in_either_encoding(string option, string? name)
    {
        byte[] value = Hex(option);
        byte[] discover = Bytes(1, 1, 6, 0, 1, 2, 3, 4, Zeros(20), 2, 0, 0x5E, 0x10, 0, 1, Zeros(10), Zeros(192), Hex("63825363"), 53, 1, 1, 81, value.Length, value, 255);
        Assert.Equal(name, DetailsOf<DhcpDetails>((Side.Originator, discover)).ClientName);
    }
}
