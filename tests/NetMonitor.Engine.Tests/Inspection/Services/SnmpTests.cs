using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Versions, objects, and how long an answer took (RFC 1157, RFC 3416, RFC 3412).</summary>
public sealed class SnmpTests
{
    [Fact]
    public void Versions_and_objects()
    {
        SnmpDetails details = DetailsOf<SnmpDetails>((Side.Originator, SnmpGetNext), (Side.Responder, SnmpResponse));
        Assert.Equal(("2c", "response", "1.3.6.1.2.1.1.1.0", 2), (details.Version, details.PduType, details.ObjectId, details.ErrorStatus));
        Assert.Equal(TimeSpan.FromMilliseconds(5), details.ResponseTime);
        Assert.Null(DetailsOf<SnmpDetails>((Side.Originator, SnmpGetNext), (Side.Originator, SnmpResponse)).ResponseTime);
        SnmpDetails encrypted = DetailsOf<SnmpDetails>((Side.Originator, SnmpEncrypted));
        Assert.Equal(("3", "admin", true, "v3 encrypted"), (encrypted.Version, encrypted.User, encrypted.Encrypted, encrypted.Summary));
    }
}
