using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Answers by the timestamps they repeat (RFC 5905 section 7.3).</summary>
public sealed class NtpTests
{
    [Fact]
    public void It_is_matched_by_its_timestamps()
    {
        NtpDetails details = DetailsOf<NtpDetails>((Side.Originator, NtpClient), (Side.Responder, NtpServer));
        Assert.Equal((4, "server", 1, "GPS", TimeSpan.FromMilliseconds(5)), (details.Version, details.Mode, details.Stratum, details.ReferenceId, details.ResponseTime));
        byte[] odd = [.. NtpServer];
        odd[1] = 77;
        Assert.Null(Udp().Datagram(Side.Originator, odd).Flow.Application);
        Assert.Equal("NTP", Udp(123).Datagram(Side.Originator, Bytes(0x16, 1, Zeros(10))).Flow.Application);
    }

    [Theory]
    [InlineData("17 00 03 2a 0000 0000", "NTP")]               // monlist, as scanners ask for it
    [InlineData("d7 00 03 2a 0006 0048", "NTP")]
    [InlineData("17 00 77 2a 0000 0000", null)]                // no such implementation
    [InlineData("17 00 03 2a 0fff 0048", null)]                // more than a message holds
    [InlineData("16 01 0001 0000 0000 0000 ffff", null)]
    public void Private_and_control_messages_hold_together(string message, string? application) =>
        Assert.Equal(application, Udp(123).Datagram(Side.Originator, Bytes(Hex(message), Zeros(40))).Flow.Application);
}
