using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using NetMonitor.Capture;
using NetMonitor.Export;
using NetMonitor.Monitoring;
using NetMonitor.Tests.Monitoring;
using PacketDotNet;

namespace NetMonitor.Tests.Export;

/// <summary>Recordings hold byte for byte what went in, whatever happens meanwhile.</summary>
public sealed class RecordingTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_700_000_000 * Second;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor-recording").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.pcapng")]
    [InlineData("a.pcap")]
    [InlineData("a.pcapng.gz")]
    public void A_recording_holds_what_went_in(string name)
    {
        string path = Path.Combine(_folder, name);
        (long Timestamp, byte[] Frame)[] frames = [.. Enumerable.Range(0, 100).Select(i => (Start + i, Udp((ushort)(1000 + (i % 7)))))];
        Record(new SessionOptions { Recording = new RecordingOptions { Path = path } }, frames);
        Assert.Equal(frames, Read(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(path));
    }

    [Fact]
    public void Files_turn_over_by_size_and_the_oldest_goes()
    {
        (long Timestamp, byte[] Frame)[] frames = [.. Enumerable.Range(0, 100).Select(i => (Start + (i * Second), Udp(1000)))];
        var options = new RecordingOptions { Path = Path.Combine(_folder, "ring.pcap"), Size = 1000, Files = 3 };
        Record(new SessionOptions { Recording = options }, frames);
        string[] files = [.. Directory.GetFiles(_folder).Order(StringComparer.Ordinal)];
        Assert.Equal(3, files.Length);
        List<(long Timestamp, byte[] Frame)> kept = [.. files.SelectMany(Read)];
        Assert.Equal(frames[^kept.Count..], kept);
        Assert.Matches("ring_0+[0-9]+_[0-9]{14}\\.pcap$", files[0]);
    }

    [Fact]
    public void Files_turn_over_by_the_clock_of_the_packets()
    {
        (long Timestamp, byte[] Frame)[] frames = [.. Enumerable.Range(0, 30).Select(i => (Start + (i * Second), Udp(1000)))];
        var options = new RecordingOptions { Path = Path.Combine(_folder, "hourly.pcapng"), Interval = TimeSpan.FromSeconds(10) };
        Record(new SessionOptions { Recording = options }, frames);
        Assert.Equal([10, 10, 10], Directory.GetFiles(_folder).Order(StringComparer.Ordinal).Select(file => Read(file).Count));
    }

    [Fact]
    public void Packets_carry_what_their_connection_turned_out_to_be()
    {
        string original = Path.Combine(_folder, "original.pcapng");
        string copy = Path.Combine(_folder, "copy.pcapng");
        (long, byte[])[] frames = [(Start, Udp(40053)), (Start + 1, Udp(4000))];
        Record(new SessionOptions { Recording = new RecordingOptions { Path = original } }, frames);
        NetConnection known = CaptureImport.Import(new SessionOptions { Path = original }).Connections[0];
        CaptureCopy.Copy(original, new RecordingOptions { Path = copy }, [Annotated(known)], only: false, annotate: true);
        Assert.Equal(frames, Read(copy));
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(copy));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(text, "netmonitor process=my_tool pid=42 attr=ebpf direction=outgoing app=DNS"));
    }

    [Fact]
    public void A_copy_of_some_connections_has_their_packets_only()
    {
        string original = Path.Combine(_folder, "original.pcapng");
        string copy = Path.Combine(_folder, "copy.pcap");
        (long, byte[])[] frames = [(Start, Udp(40053)), (Start + 1, Udp(4000)), (Start + 2, Udp(40053))];
        Record(new SessionOptions { Recording = new RecordingOptions { Path = original } }, frames);
        NetConnection wanted = CaptureImport.Import(new SessionOptions { Path = original }).Connections.Single(c => c.LocalPort == 40053);
        Assert.Equal(2, CaptureCopy.Copy(original, new RecordingOptions { Path = copy }, [wanted], only: true, annotate: false));
        (long, byte[])[] expected = [frames[0], frames[2]];
        Assert.Equal(expected, Read(copy));
    }

    [Fact]
    public void The_flight_recorder_gives_its_last_part_and_single_connections()
    {
        var source = new MemorySource(isLive: false);
        source.Add((Start, Udp(40001)), (Start + Second, Udp(40002)), (Start + (2 * Second), Udp(40001)));
        source.End();
        using NetMonitorSession session = NetMonitorSession.Start(new SessionOptions { FlightRecorder = TimeSpan.FromHours(1) }, [source]);
        Assert.True(session.WaitForCompletion(Patience));
        string path = Path.Combine(_folder, "saved.pcapng");
        Assert.Equal(3, session.SaveCapture(new RecordingOptions { Path = path }));
        NetConnection one = session.Snapshot().Single(connection => connection.LocalPort == 40001);
        Assert.Equal(2, session.SaveCapture(new RecordingOptions { Path = path, Replace = true }, connections: [one]));
        Assert.Equal([Udp(40001), Udp(40001)], Read(path).Select(frame => frame.Frame));
        Assert.Equal(0, session.SaveCapture(new RecordingOptions { Path = path, Replace = true }, last: TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void The_flight_recorder_keeps_to_its_size()
    {
        var recorder = new FlightRecorder(bytes: 3 << 20, TimeSpan.FromHours(1));
        using var source = new MemorySource(isLive: true);
        var batch = new FrameBatch();
        for (int i = 0; i < 100; i++)
        {
            Fill(batch, Start + i, new byte[100_000]);
            recorder.Post(batch, 0);
        }

        long kept = recorder.Save(
            new RecordingOptions { Path = Path.Combine(_folder, "kept.pcapng") }, since: 0, flows: null, [source], new PacketComments(), CancellationToken.None);
        Assert.InRange(kept, 20, 31);
    }

    [Fact]
    public void Secrets_of_a_key_log_are_in_the_file_before_the_packets()
    {
        string log = Path.Combine(_folder, "keys");
        string path = Path.Combine(_folder, "a.pcapng");
        File.WriteAllText(log, "CLIENT_RANDOM 00 11\nCLIENT_RANDOM half");
        Record(new SessionOptions { Recording = new RecordingOptions { Path = path, KeyLog = log } }, (Start, Udp(40001)));
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        Assert.Contains("KSLT\u0014\0\0\0CLIENT_RANDOM 00 11\n", text);
        Assert.DoesNotContain("half", text);
        Assert.Single(Read(path));
    }

    [FullDeviceFact]
    public void A_full_disk_is_counted_and_the_session_goes_on()
    {
        using var stream = new RecordingStream(new FileStream(FullDeviceFactAttribute.Path, FileMode.Open, FileAccess.Write));
        Assert.ThrowsAny<IOException>(() => stream.Write(new byte[10]));
        Assert.Equal(0, stream.Written);
    }

    [Fact]
    public void A_recording_that_cannot_be_made_starts_no_session()
    {
        using var source = new MemorySource(isLive: false);
        var options = new SessionOptions { Recording = new RecordingOptions { Path = Path.Combine(_folder, "none", "a.pcap") } };
        Assert.Equal(ExportError.ExportFileUnwritable, Assert.Throws<ExportException>(() => NetMonitorSession.Start(options, [source])).Error);
        Assert.True(source.IsDisposed);
    }

    private static void Record(SessionOptions options, params (long Timestamp, byte[] Frame)[] frames)
    {
        var source = new MemorySource(isLive: false);
        source.Add(frames);
        source.End();
        using NetMonitorSession session = NetMonitorSession.Start(options, [source]);
        Assert.True(session.WaitForCompletion(Patience));
        session.Stop();
        Assert.Equal(frames.Length, session.Counters.Recorded);
        Assert.Equal(0, session.Counters.RecordingDropped);
    }

    private static List<(long Timestamp, byte[] Frame)> Read(string path)
    {
        using CaptureFile file = CaptureFile.Open(path);
        var batch = new FrameBatch();
        var frames = new List<(long Timestamp, byte[] Frame)>();
        while (file.Read(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                frames.Add((batch.Frames[i].Timestamp, batch[i].ToArray()));
            }
        }

        return frames;
    }

    private static void Fill(FrameBatch batch, long timestamp, byte[] frame)
    {
        frame.CopyTo(batch.Buffer, 0);
        batch.Frames[0] = new FrameRecord { Timestamp = timestamp, CapturedLength = frame.Length, WireLength = frame.Length, LinkType = NetMonitor.Packets.LinkType.Ethernet };
        batch.Count = 1;
    }

    private static NetConnection Annotated(NetConnection original) => new()
    {
        Protocol = original.Protocol,
        Local = original.Local,
        Remote = original.Remote,
        HasPorts = true,
        LocalPortValue = original.LocalPortValue,
        RemotePortValue = original.RemotePortValue,
        Direction = ConnectionDirection.Outgoing,
        Application = "DNS",
        CreationNanoseconds = original.CreationNanoseconds,
        Owner = new ConnectionOwner { ProcessId = 42, ProcessName = "my tool", Source = AttributionSource.Ebpf, Quality = AttributionQuality.Exact },
    };

    private static byte[] Udp(ushort port)
    {
        var ip = new IPv4Packet(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("192.0.2.1")) { PayloadPacket = new UdpPacket(port, 5000) { PayloadData = [1, 2, 3] } };
        var mac = PhysicalAddress.Parse("020000000001");
        return new EthernetPacket(mac, mac, EthernetType.IPv4) { PayloadPacket = ip }.Bytes;
    }
}
