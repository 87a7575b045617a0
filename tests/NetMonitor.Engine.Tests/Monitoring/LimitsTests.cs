using System.Globalization;
using NetMonitor.Capture;
using NetMonitor.Monitoring;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Monitoring;

public sealed class LimitsTests
{
    [Fact]
    public void The_documented_limits_are_those_in_force()
    {
        Dictionary<string, int> documented = DocumentedTables.Read("limits.md", "Limits")
            .ToDictionary(row => row[0], row => int.Parse(row[1], CultureInfo.InvariantCulture));
        Assert.Equal(ShardSettings.LiveFlows, documented["Connections of a live monitor"]);
        Assert.Equal(ShardSettings.LiveHistory, documented["Closed connections a live monitor remembers"]);
        Assert.Equal(ShardSettings.HalfOpenShare, documented["Part of the table that is kept for half-open connections: one in"]);
        Assert.Equal(NetMonitor.Export.EventLog.Waiting, documented["Events waiting for the event log"]);
        Assert.Equal(NetMonitor.Export.EventLog.WaitingClosed, documented["Ends of connections waiting for the event log"]);
        Assert.Equal(NetMonitor.Export.CaptureRecorder.Batches, documented["Batches of frames waiting for a recording"]);
        Assert.Equal(NetMonitor.Export.PacketComments.Connections, documented["Connections whose packets get comments in a recording"]);
        Assert.Equal(NetMonitor.Export.PacketComments.Names, documented["Names of addresses in a recording"]);
        Assert.Equal(SourceReader.Deals, documented["Deals of frames under way between a reader and the shards"]);
        Assert.Equal(FrameBatch.DefaultFrames, documented["Frames in one deal"]);
        Assert.Equal(FrameBatch.DefaultCapacity, documented["Bytes of frames in one deal"]);
        Assert.Equal(PacketDecoder.MaxDepth, documented["IP layers of one frame that are looked into"]);
    }
}
