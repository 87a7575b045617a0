using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>TFTP (RFC 1350, RFC 2347).</summary>
public sealed class TftpTests
{
    [Fact]
    public void Files_and_blocks()
    {
        TftpDetails details = DetailsOf<TftpDetails>((Side.Originator, ServiceBytes.Tftp));
        Assert.Equal(("read", "boot/pxe.0", "octet"), (details.Operation, details.FileName, details.Mode));
        Conversation data = Udp().Datagram(Side.Originator, [0, 4, 0, 0]).Datagram(Side.Responder, Bytes(U16(3), U16(1), Zeros(512)));
        Assert.Equal(("TFTP", Confidence.Heuristic, true), (data.Flow.Application, data.Flow.Confidence, data.Flow.IsFinished));
    }
}
