using System.Net;
using NetMonitor.Capture;
using NetMonitor.Monitoring;
using NetMonitor.Packets;
using NetMonitor.Tests.Corpus;
using PacketDotNet;
using PcapWriter = NetMonitor.Capture.PcapWriter;

namespace NetMonitor.Tests.Monitoring;

public sealed class CaptureImportTests
{
    private const long Start = 1_700_000_000_000_000_000;

    [Theory]
    [InlineData(2)]
    [InlineData(SessionOptions.MostReaders)]
    public void Any_number_of_readers_gives_the_same_result(int readers)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (var writer = new PcapWriter(File.Create(path), LinkType.Ethernet))
            {
                var random = new Random(7);
                for (int i = 0; i < 20_000; i++)
                {
                    writer.Write(Start + (i * UnixTime.NanosecondsPerMillisecond), Frame(random.Next(300), answers: random.Next(2) == 1));
                }
            }

            Assert.Equal(Lines(path, 1), Lines(path, readers));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Connections_come_in_the_order_they_were_opened_and_stay_when_the_import_is_given_back(int apart)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (var writer = new PcapWriter(File.Create(path), LinkType.Ethernet))
            {
                for (int i = 0; i < 1000; i++)
                {
                    writer.Write(Start + (i * apart), Frame(i, answers: false)); // of the same moment: by their ids
                }
            }

            ImportResult result = CaptureImport.Import(new SessionOptions { Path = path });
            NetConnection[] rows = [.. result.Connections];
            Assert.Equal(1000, rows.Length);
            Assert.Equal(rows.OrderBy(row => row.CreationNanoseconds).ThenBy(row => row.IdValue).Select(row => row.Id), rows.Select(row => row.Id));
            Assert.Equal(rows[500].Id, result.Connections[500].Id);
            result.Dispose();

            Assert.Throws<ObjectDisposedException>(() => result.Connections[0]);
            Assert.Equal(1000, rows.Select(row => row.ToString()).Distinct().Count());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [CorpusFact]
    public void Any_number_of_readers_gives_the_same_result_for_real_captures()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(CorpusFolder.Find()!.Path, "captures")).Order(StringComparer.Ordinal).Where((_, i) => i % 10 == 0))
        {
            Assert.Equal(Lines(file, 1), Lines(file, 3));
        }
    }

    private static List<string> Lines(string path, int readers)
    {
        try
        {
            using ImportResult result = CaptureImport.Import(new SessionOptions { Path = path, Readers = readers });
            return
            [
                $"{result.Counters.Received} {result.Counters.Packets} {result.Counters.Opened} {result.Damage?.Message}",
                .. result.Connections.Select(row =>
                    $"{row.Id} {row} {row.State} {row.Application} {row.Details?.Summary} {row.BytesSent} {row.BytesReceived} {row.PacketsSent} {row.Direction} {row.Duration}"),
            ];
        }
        catch (CaptureException failure)
        {
            return [failure.Message];
        }
    }

    private static byte[] Frame(int flow, bool answers)
    {
        (IPAddress a, IPAddress b) = (IPAddress.Parse($"10.0.0.{flow % 250}"), IPAddress.Parse("10.1.0.1"));
        (ushort from, ushort to) = ((ushort)(20_000 + flow), (ushort)9_999);
        var udp = answers ? new UdpPacket(to, from) : new UdpPacket(from, to);
        udp.PayloadData = [1, 2, 3, (byte)flow];
        var ip = new IPv4Packet(answers ? b : a, answers ? a : b) { PayloadPacket = udp };
        var station = System.Net.NetworkInformation.PhysicalAddress.Parse("020000000001");
        return new EthernetPacket(station, station, EthernetType.IPv4) { PayloadPacket = ip }.Bytes;
    }
}
