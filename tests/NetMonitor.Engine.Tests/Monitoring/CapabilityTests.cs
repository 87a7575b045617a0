using NetMonitor.Attribution;
using NetMonitor.Attribution.Linux;
using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Monitoring;

public sealed class CapabilityTests
{
    [Fact]
    public void The_page_lists_the_abilities_there_are() => Assert.Equal(
        CapabilityTable.Rows.Select(row => (row.Name, row.Purpose)),
        DocumentedTables.Read("Get-NetMonitorCapability.md", "Description").Select(row => (row[0], row[1])));

    [Fact]
    public void The_page_of_attribution_tells_the_limits_in_force()
    {
        Dictionary<string, int> documented = DocumentedTables.Read("attribution.md", "Limits").ToDictionary(row => row[0], row => int.Parse(row[1]));
        Assert.Equal(ProcessFacts.MaxParents, documented["Parents of a process"]);
        Assert.Equal(LinuxProcessTable.Remembered, documented["Processes remembered"]);
        Assert.Equal(CgroupPath.Remembered, documented["Control groups remembered"]);
        Assert.Equal(SeenConnections.Limit, documented["Kernel events remembered"]);
        Assert.Equal(SeenConnections.Kept.TotalSeconds, documented["Seconds a kernel event is remembered"]);
        Assert.Equal(NewFlowQueue.Limit, documented["New connections that wait for their owner"]);
    }
}
