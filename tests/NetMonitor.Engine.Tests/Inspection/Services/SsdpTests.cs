using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Searches and answers of UPnP.</summary>
public sealed class SsdpTests
{
    [Fact]
    public void It_keeps_only_the_host_of_an_address()
    {
        SsdpDetails details = DetailsOf<SsdpDetails>((Side.Originator, SsdpSearch), (Side.Responder, SsdpResponse));
        Assert.Equal(("response", "upnp:rootdevice", "192.0.2.7:49152", "Probe/1"), (details.Method, details.Target, details.LocationHost, details.UserAgent));
        Assert.Equal(("uuid:1::upnp:rootdevice", "Linux UPnP/1.0 x"), (details.UniqueName, details.Server));
    }
}
