using System.Globalization;
using NetMonitor.Attribution.Names;
using NetMonitor.Attribution.Neighbors;
using NetMonitor.Attribution.Places;
using NetMonitor.Capture;
using NetMonitor.Flows;
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
        Assert.Equal(QuicPaths.MostIds, documented["Connection ids of QUIC a shard remembers"]);
        Assert.Equal(ExpectedConnections.Limit, documented["Connections that FTP announced"]);
        Assert.Equal(ExpectedConnections.Patience, documented["Seconds within which an announced connection opens"] * 1_000_000_000L);
        Assert.Equal(EchoTimes.UnderWay, documented["Echo requests of one flow that wait for a reply"]);
        Assert.Equal(ShardSettings.LiveHistory, documented["Closed connections a live monitor remembers"]);
        Assert.Equal(ShardSettings.HalfOpenShare, documented["Part of the table that is kept for half-open connections: one in"]);
        Assert.Equal(NetMonitor.Export.EventLog.Waiting, documented["Events waiting for the event log"]);
        Assert.Equal(NetMonitor.Monitoring.SessionLog.Waiting, documented["Lines waiting for the diagnostic log"]);
        Assert.Equal(NetMonitor.Export.EventLog.WaitingClosed, documented["Ends of connections waiting for the event log"]);
        Assert.Equal(NetMonitor.Export.CaptureRecorder.Batches, documented["Batches of frames waiting for a recording"]);
        Assert.Equal(NetMonitor.Export.PacketComments.Connections, documented["Connections whose packets get comments in a recording"]);
        Assert.Equal(NetMonitor.Export.PacketComments.Names, documented["Names of addresses in a recording"]);
        Assert.Equal(Tombstones.Places, documented["Closed TCP connections whose late segments are known"]);
        Assert.Equal(Tombstones.Lifetime, documented["Seconds that they are known for"] * 1_000_000_000L);
        Assert.Equal(SessionOptions.MostReaders, documented["Readers of an interface, or tracking threads of a file"]);
        Assert.Equal(SourceReader.Deals, documented["Deals of frames under way between a reader and the shards"]);
        Assert.Equal(FrameBatch.DefaultFrames, documented["Frames in one deal"]);
        Assert.Equal(FrameBatch.DefaultCapacity, documented["Bytes of frames in one deal"]);
        Assert.Equal(ConnectionFeed.Capacity, documented["Events that wait for one reader"]);
        Assert.Equal(FilterParser.LongestText, documented["Characters of a filter"]);
        Assert.Equal(FilterParser.DeepestNesting, documented["Depth of parentheses and not in a filter"]);
        Assert.Equal(RegexPattern.Patience.TotalMilliseconds, documented["Milliseconds a regular expression may take for one field"]);
        Assert.Equal(PacketDecoder.MaxDepth, documented["IP layers of one frame that are looked into"]);
    }

    [Fact]
    public void And_so_are_those_of_names_and_places()
    {
        Dictionary<string, int> documented = DocumentedTables.Read("limits.md", "Names and places")
            .ToDictionary(row => row[0], row => int.Parse(row[1], CultureInfo.InvariantCulture));
        Assert.Equal(ResolvedNames.Limit, documented["Pairs of asker and address with a name from DNS"]);
        Assert.Equal(ResolvedNames.Answers, documented["Answers remembered of each pair"]);
        Assert.Equal(FlowNames.WaitingLimit, documented["Connections of a shard that wait for a late answer"]);
        Assert.Equal(HostsFile.Limit, documented["Addresses of the hosts file"]);
        Assert.Equal(ReverseNames.Limit, documented["Addresses with an answer of reverse DNS"]);
        Assert.Equal(ReverseNames.QueueLimit, documented["Questions to reverse DNS that wait"]);
        Assert.Equal(ReverseNames.Workers, documented["Questions to reverse DNS under way"]);
        Assert.Equal(NeighborTable.Limit, documented["Neighbors of a monitor"]);
        Assert.Equal(PlaceDatabases.Limit, documented["Addresses with an answer of a user's database of places"]);
    }
}
