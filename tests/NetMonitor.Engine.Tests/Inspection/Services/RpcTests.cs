using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>ONC RPC (RFC 5531), of which NFS is one program.</summary>
public sealed class RpcTests
{
    [Fact]
    public void Programs_and_procedures()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, RpcCall).Datagram(Side.Responder, RpcReply, after: 2_000_000);
        RpcDetails details = Details<RpcDetails>(conversation);
        Assert.Equal(("NFS", 3, "GETATTR", "unix", "accepted", TimeSpan.FromMilliseconds(2)),
            (details.ProgramName, details.Version, details.ProcedureName, details.Machine, details.Status, details.ResponseTime));
        Assert.True(conversation.Flow.IsFinished);
        Assert.Null(Udp(2049).Datagram(Side.Responder, RpcReply).Flow.Application);
    }
}
