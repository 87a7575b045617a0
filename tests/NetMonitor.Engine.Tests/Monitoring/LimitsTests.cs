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
        Assert.Equal(SessionOptions.MostReaders, documented["Readers of an interface, or tracking threads of a file"]);
        Assert.Equal(SourceReader.Deals, documented["Deals of frames under way between a reader and the shards"]);
        Assert.Equal(FrameBatch.DefaultFrames, documented["Frames in one deal"]);
        Assert.Equal(FrameBatch.DefaultCapacity, documented["Bytes of frames in one deal"]);
        Assert.Equal(PacketDecoder.MaxDepth, documented["IP layers of one frame that are looked into"]);
    }
}
