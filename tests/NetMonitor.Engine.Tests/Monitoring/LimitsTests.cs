using System.Globalization;
using NetMonitor.Capture;
using NetMonitor.Filtering;
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
        Assert.Equal(SourceReader.Deals, documented["Deals of frames under way between a reader and the shards"]);
        Assert.Equal(FrameBatch.DefaultFrames, documented["Frames in one deal"]);
        Assert.Equal(FrameBatch.DefaultCapacity, documented["Bytes of frames in one deal"]);
        Assert.Equal(ConnectionFeed.Capacity, documented["Events that wait for one reader"]);
        Assert.Equal(FilterParser.LongestText, documented["Characters of a filter"]);
        Assert.Equal(FilterParser.DeepestNesting, documented["Depth of parentheses and not in a filter"]);
        Assert.Equal(RegexPattern.Patience.TotalMilliseconds, documented["Milliseconds a regular expression may take for one field"]);
        Assert.Equal(PacketDecoder.MaxDepth, documented["IP layers of one frame that are looked into"]);
    }
}
