using System.Net;
using System.Net.NetworkInformation;
using NetMonitor.Export;
using NetMonitor.Monitoring;
using NetMonitor.Tests.Monitoring;
using PacketDotNet;

namespace NetMonitor.Tests.Export;

public sealed class EventLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor-log").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_connection_that_was_opened_has_its_end_in_the_log()
    {
        string path = Path.Combine(_folder, "events.jsonl");
        var source = new MemorySource(isLive: false);
        source.Add((1, Udp(1000)), (2, Udp(1001)));
        source.End();
        using (NetMonitorSession session = NetMonitorSession.Start(new SessionOptions { EventLog = new EventLogOptions { Path = path } }, [source]))
        {
            Assert.True(session.WaitForCompletion(TimeSpan.FromSeconds(10)));
            Assert.Equal(0, session.Counters.EventLogDropped);
        }

        string[] lines = File.ReadAllLines(path);
        Assert.Equal(2, lines.Count(line => line.Contains("\"action\":\"opened\"", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.Contains("\"action\":\"closed\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_log_is_turned_over_at_its_size_and_the_oldest_goes()
    {
        string path = Path.Combine(_folder, "log");
        using (var log = new LogFile(path, size: 10, files: 2, "#h\n"))
        {
            foreach (string line in new[] { "one\n", "two\n", "three\n", "four\n" })
            {
                log.Write(System.Text.Encoding.ASCII.GetBytes(line));
            }
        }

        Assert.Equal("#h\nfour\n", File.ReadAllText(path));
        Assert.Equal("#h\nthree\n", File.ReadAllText(path + ".1"));
        Assert.Equal("#h\ntwo\n", File.ReadAllText(path + ".2"));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_log_goes_on_where_it_ended()
    {
        string path = Path.Combine(_folder, "log");
        for (int run = 0; run < 2; run++)
        {
            using var log = new LogFile(path, size: 0, files: 0, "#h\n");
            log.Write("line\n"u8);
        }

        Assert.Equal("#h\nline\nline\n", File.ReadAllText(path));
    }

    [FullDeviceFact]
    public void A_full_disk_is_counted_and_told_and_harms_nobody()
    {
        using EventLog log = EventLog.Open(new EventLogOptions { Path = FullDeviceFactAttribute.Path }, waits: true);
        log.Post(new ConnectionEvent(ConnectionChange.Closed, ExportConnections.All[0]));
        Assert.True(SpinWait.SpinUntil(() => log.Dropped == 1, TimeSpan.FromSeconds(10)));
        Assert.Equal(ExportError.ExportInterrupted, Assert.IsType<ExportException>(log.Failure).Error);
    }

    [Fact]
    public void A_log_needs_a_format_of_lines() => Assert.Equal(
        ExportError.ExportFormatUnknown,
        Assert.Throws<ExportException>(() => EventLog.Open(new EventLogOptions { Path = "x", Format = ExportFormat.Parquet }, waits: false)).Error);

    private static byte[] Udp(ushort port)
    {
        var ip = new IPv4Packet(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("192.0.2.1")) { PayloadPacket = new UdpPacket(port, 5000) { PayloadData = [1, 2, 3] } };
        var mac = PhysicalAddress.Parse("020000000001");
        return new EthernetPacket(mac, mac, EthernetType.IPv4) { PayloadPacket = ip }.Bytes;
    }
}
