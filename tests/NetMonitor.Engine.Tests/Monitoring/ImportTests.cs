using NetMonitor.Capture;
using NetMonitor.Monitoring;
using NetMonitor.Tests.Capture;

namespace NetMonitor.Tests.Monitoring;

/// <summary>Several files as one timeline, filters on files, and packets one by one.</summary>
public sealed class ImportTests
{
    [Fact]
    public void Files_that_share_a_recording_give_its_connections_when_merged()
    {
        string[] parts = Split(3);
        ImportResult whole = CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture });
        ImportResult merged = CaptureImport.Import([parts[2], parts[0], parts[1]], new SessionOptions());
        Assert.Equal(whole.Connections.Select(Facts), merged.Connections.Select(Facts));
        Assert.Equal(whole.Counters.Received, merged.Counters.Received);
        Assert.Empty(merged.Damages);
    }

    [Fact]
    public void Merged_frames_are_in_the_order_of_time_and_keep_their_interface()
    {
        string[] parts = Split(2);
        using MergedSource source = new([CaptureFile.Open(parts[0]), CaptureFile.Open(parts[1])]);
        FrameBatch batch = new(capacity: 4096, frames: 7);
        List<(long Time, string? Interface, byte[] Bytes)> frames = [];
        while (source.Read(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                frames.Add((batch.Frames[i].Timestamp, source.Interfaces[batch.Frames[i].InterfaceId].Name, batch[i].ToArray()));
            }
        }

        List<(long Timestamp, byte[] Bytes)> expected = Fixtures.Frames(Fixtures.Capture);
        Assert.Equal(expected.Select(frame => frame.Timestamp), frames.Select(frame => frame.Time));
        Assert.Equal(expected.Select(frame => frame.Bytes), frames.Select(frame => frame.Bytes));
        Assert.Equal(expected.Select((_, i) => $"part{i % 2}"), frames.Select(frame => frame.Interface));
        Assert.Equal(source.TotalBytes, source.BytesRead);
    }

    [Fact]
    public void A_damaged_file_ends_and_the_others_go_on()
    {
        string[] parts = Split(2);
        using (FileStream file = File.OpenWrite(parts[0]))
        {
            file.SetLength(file.Length / 2);
        }

        ImportResult result = CaptureImport.Import(parts, new SessionOptions());
        Assert.Contains(parts[0], Assert.Single(result.Damages).Message, StringComparison.Ordinal);
        Assert.Equal(12, result.Connections.Count);
    }

    [Fact]
    public void A_file_that_is_no_capture_is_left_out_of_a_merge_and_the_others_are_read()
    {
        ImportResult result = CaptureImport.Import([Fixtures.KeyLog, Fixtures.Capture], new SessionOptions());
        Assert.Equal(CaptureError.NotACaptureFile, Assert.Single(result.Damages).Error);
        Assert.Equal(CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture }).Connections.Select(Facts), result.Connections.Select(Facts));
        Assert.Equal(
            CaptureError.NotACaptureFile, Assert.Throws<CaptureException>(() => CaptureImport.Import([Fixtures.KeyLog, Fixtures.KeyLog], new SessionOptions())).Error);
    }

    [LibpcapFact]
    public void A_filter_lets_some_frames_through()
    {
        NetConnection one = CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture }).Connections[4];
        ImportResult result = CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture, CaptureFilter = $"tcp port {one.LocalPort}" });
        Assert.Equal(Facts(one), Facts(Assert.Single(result.Connections)));
        Assert.Equal(one.PacketsSent + one.PacketsReceived, result.Counters.Received);
    }

    [LibpcapFact]
    public void A_filter_sees_the_length_on_the_wire()
    {
        long Received(string filter) => CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture, CaptureFilter = filter }).Counters.Received;
        int large = Fixtures.Frames(Fixtures.Capture).Count(frame => frame.Bytes.Length >= 500);
        Assert.InRange(large, 1, int.MaxValue);
        Assert.Equal(large, Received("greater 500"));
        Assert.Equal(0, Received("udp"));
    }

    [LibpcapTheory]
    [InlineData("nonsense in here")]
    [InlineData("wlan type mgt")] // on 802.11 only
    public void A_filter_that_means_nothing_is_an_error(string filter) => Assert.Equal(
        CaptureError.InvalidCaptureFilter,
        Assert.Throws<CaptureException>(() => CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture, CaptureFilter = filter })).Error);

    /// <summary>pcapng files of Windows have USB beside Ethernet; libpcap has no language for that.</summary>
    [LibpcapFact]
    public void A_link_on_which_a_filter_makes_no_sense_has_no_frame_that_fits()
    {
        const ushort UsbPcap = 249;
        byte[] frame = Packets.Wire.EthernetUdpIn4;
        byte[] file = new CaptureBytes(bigEndian: false).Section().Interface(link: 1).Interface(link: UsbPcap)
            .Enhanced(0, 1, frame).Enhanced(1, 2, new byte[40]).Enhanced(0, 3, frame).ToArray();
        string path = Path.Combine(Directory.CreateTempSubdirectory("netmonitor-").FullName, "usb.pcapng");
        File.WriteAllBytes(path, file);
        ImportResult result = CaptureImport.Import(new SessionOptions { Path = path, CaptureFilter = "udp port 2000" });
        Assert.Equal((1, 2L), (result.Connections.Count, result.Counters.Received));
        File.Delete(path);
    }

    [Fact]
    public void Many_interfaces_are_merged_without_copying_them_for_each()
    {
        const int Interfaces = 8192;
        CaptureBytes file = new CaptureBytes(bigEndian: false).Section();
        for (int i = 0; i < Interfaces; i++)
        {
            file.Interface(link: 1);
        }

        byte[] bytes = file.Enhanced(Interfaces - 1, 1, Packets.Wire.EthernetUdpIn4).ToArray();
        using MergedSource source = new([CaptureFile.Open(new MemoryStream(bytes), "one"), CaptureFile.Open(Fixtures.Capture)]);
        FrameBatch batch = new(capacity: 4096, frames: 7);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(source.Read(batch));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.InRange(source.Interfaces.Count, Interfaces, Interfaces + 1);
    }

    [Fact]
    public void Packets_are_numbered_and_named()
    {
        List<NetPacket> packets = [.. PacketReader.Read(Fixtures.Capture, filter: null, connections: null)];
        Assert.Equal(Fixtures.Frames(Fixtures.Capture).Select(frame => frame.Bytes), packets.Select(packet => packet.Bytes));
        Assert.Equal(Enumerable.Range(1, packets.Count), packets.Select(packet => (int)packet.Number));
        Assert.EndsWith("→ 28443 [SYN] Seq=" + packets[0].Info.Split("Seq=")[1], packets[0].Info, StringComparison.Ordinal);
        NetPacket hello = packets.First(packet => packet.Application == "HTTPS");
        Assert.Equal((TransportProtocol.TCP, 28443, "localhost"), (hello.Protocol, hello.DestinationPort, hello.Details?.ServerName));
        Assert.Contains("localhost", hello.Info, StringComparison.Ordinal);
        Assert.Equal(hello.Payload, hello.Bytes[hello.PayloadOffset..]);
        Assert.IsType<PacketDotNet.TcpPacket>(hello.Packet?.PayloadPacket?.PayloadPacket);
        Assert.Contains("IPv4: 127.0.0.1 → 127.0.0.1", hello.Layers);
        Assert.Contains("    Flags: PSH, ACK", hello.Layers);
        Assert.Contains("    Sni: localhost", hello.Layers);
    }

    [Fact]
    public void Packets_of_a_connection_are_those_it_counted()
    {
        NetConnection one = CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture }).Connections[3];
        List<NetPacket> packets = [.. PacketReader.Read(Fixtures.Capture, filter: null, [one])];
        Assert.Equal(one.PacketsSent + one.PacketsReceived, packets.Count);
        Assert.All(packets, packet => Assert.Contains(one.LocalPort, new[] { packet.SourcePort, packet.DestinationPort }));
    }

    private static string Facts(NetConnection connection) =>
        $"{connection} {connection.State} {connection.Application} {connection.Sni} {connection.BytesSent} {connection.BytesReceived} {connection.CreationNanoseconds} {connection.Details}";

    /// <summary>The fixture's frames dealt to several files in turn.</summary>
    private static string[] Split(int parts)
    {
        string[] files = [.. Enumerable.Range(0, parts).Select(_ => Fixtures.Temporary(".pcapng"))];
        PcapNg[] writers = [.. files.Select((file, i) => new PcapNg(file, $"part{i}"))];
        int next = 0;
        foreach ((long timestamp, byte[] bytes) in Fixtures.Frames(Fixtures.Capture))
        {
            writers[next++ % parts].Packet(timestamp, bytes);
        }

        Array.ForEach(writers, writer => writer.Dispose());
        return files;
    }
}

/// <summary>A test that needs libpcap.</summary>
internal sealed class LibpcapFactAttribute : FactAttribute
{
    public LibpcapFactAttribute() => Skip = PcapLibrary.Current is null ? "libpcap is not installed" : null;
}

/// <summary>Tests that need libpcap.</summary>
internal sealed class LibpcapTheoryAttribute : TheoryAttribute
{
    public LibpcapTheoryAttribute() => Skip = PcapLibrary.Current is null ? "libpcap is not installed" : null;
}
