using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Syslog, new (RFC 5424) and old (RFC 3164).</summary>
public sealed class SyslogTests
{
    [Fact]
    public void Senders_without_their_words()
    {
        SyslogDetails details = DetailsOf<SyslogDetails>((Side.Originator, SyslogNew));
        Assert.Equal(("local4", "notice", "host.example", "app"), (details.Facility, details.Severity, details.Sender, details.Program));
        SyslogDetails old = DetailsOf<SyslogDetails>((Side.Originator, SyslogOld));
        Assert.Equal(("auth.crit mymachine su", "su"), (old.Summary, old.Program));
        Assert.Null(Udp().Datagram(Side.Originator, Bytes("<13>hello")).Flow.Application);
        Assert.Equal("Syslog", Udp(514).Datagram(Side.Originator, Bytes("<13>hello")).Flow.Application);
    }
}
