using System.Net;
using System.Text;
using NetMonitor.Attribution.Linux;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class EbpfTests
{
    private const uint Here = 7;
    private const long Second = UnixTime.NanosecondsPerSecond;
    private const int NoProcess = int.MaxValue; // higher than any id can be
    private readonly SeenConnections _seen = new(new LinuxProcessTable(), Here);

    [Fact]
    public void An_event_is_read_field_by_field()
    {
        byte[] bytes = Event(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443, time: 9);
        Assert.True(EbpfEvent.TryParse(bytes, out EbpfEvent read));
        Assert.Equal((EbpfKind.Connect, Here, TransportProtocol.TCP), (read.Kind, read.Namespace, read.Protocol));
        Assert.Equal((Address("192.0.2.1"), 5_000, Address("192.0.2.2"), 443), (read.Local, read.LocalPort, read.Remote, read.RemotePort));
        Assert.Equal((NoProcess, 102, 1_000u, 1_001u), (read.ProcessId, read.ThreadId, read.UserId, read.GroupId));
        Assert.Equal((55UL, 5L, 9L, "curl"), (read.CgroupId, read.Start, read.Time, read.Command));
        Assert.Equal([new ParentProcess(NoProcess - 1, "bash")], read.Parents);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(EbpfEvent.TryParse(bytes.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A_process_that_is_gone_is_named_by_what_was_seen()
    {
        _seen.Add(new EbpfExecution(NoProcess, 5, "/usr/bin/curl"));
        Add(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443);
        ConnectionOwner owner = Find("192.0.2.1", 5_000, "192.0.2.2", 443)!;
        Assert.Equal((NoProcess, "curl", "/usr/bin/curl", "bash"), (owner.ProcessId, owner.ProcessName, owner.ProcessPath, owner.Parents[0].ProcessName));
        Assert.Equal((AttributionSource.Ebpf, AttributionQuality.Exact), (owner.Source, owner.Quality));
        Assert.Null(Find("192.0.2.1", 5_001, "192.0.2.2", 443));
    }

    [Fact]
    public void The_path_of_another_process_with_the_same_id_is_not_used()
    {
        _seen.Add(new EbpfExecution(NoProcess, 4, "/usr/bin/old"));
        Add(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443);
        Assert.Null(Find("192.0.2.1", 5_000, "192.0.2.2", 443)!.ProcessPath);
    }

    [Fact]
    public void The_same_tuple_in_another_network_namespace_is_another_connection()
    {
        byte[] elsewhere = Event(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443, time: 1);
        BitConverter.TryWriteBytes(elsewhere.AsSpan(4), Here + 1);
        Assert.True(EbpfEvent.TryParse(elsewhere, out EbpfEvent read));
        _seen.Add(read);
        Assert.Null(Find("192.0.2.1", 5_000, "192.0.2.2", 443));
    }

    [Fact]
    public void IPv4_in_an_IPv6_socket_is_the_IPv4_flow()
    {
        Add(EbpfKind.Connect, "::ffff:192.0.2.1", 5_000, "::ffff:192.0.2.2", 443);
        Assert.NotNull(Find("192.0.2.1", 5_000, "192.0.2.2", 443));
    }

    [Fact]
    public void A_listening_socket_is_likely()
    {
        Add(EbpfKind.Listen, "0.0.0.0", 443, "0.0.0.0", 0);
        Assert.Equal(AttributionQuality.Listener, Find("192.0.2.1", 443, "192.0.2.2", 5_000)!.Quality);
    }

    [Fact]
    public void Events_are_kept_for_a_minute_and_no_longer()
    {
        Add(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443, time: Second);
        _seen.Expire(61 * Second);
        Assert.NotNull(Find("192.0.2.1", 5_000, "192.0.2.2", 443));
        _seen.Expire((61 * Second) + 1);
        Assert.Null(Find("192.0.2.1", 5_000, "192.0.2.2", 443));
        Assert.Equal(0, _seen.Count);
    }

    [Fact]
    public void A_tuple_used_again_is_the_later_ones()
    {
        Add(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443, time: Second);
        Add(EbpfKind.Connect, "192.0.2.1", 5_000, "192.0.2.2", 443, time: 30 * Second, processId: NoProcess - 5);
        _seen.Expire(70 * Second); // The first one's time is up, the second one's is not.
        Assert.Equal(NoProcess - 5, Find("192.0.2.1", 5_000, "192.0.2.2", 443)!.ProcessId);
    }

    private void Add(EbpfKind kind, string local, ushort localPort, string remote, ushort remotePort, long time = 1, int processId = NoProcess)
    {
        Assert.True(EbpfEvent.TryParse(Event(kind, local, localPort, remote, remotePort, time, processId), out EbpfEvent read));
        _seen.Add(read);
    }

    private ConnectionOwner? Find(string local, ushort localPort, string remote, ushort remotePort)
    {
        FlowKey key = FlowKey.Of(TransportProtocol.TCP, Address(local), localPort, Address(remote), remotePort, out int side);
        return _seen.Find(key, side, out AttributionQuality quality)?.As(AttributionSource.Ebpf, quality);
    }

    private static byte[] Event(EbpfKind kind, string local, ushort localPort, string remote, ushort remotePort, long time, int processId = NoProcess)
    {
        byte[] bytes = new byte[EbpfEvent.Size];
        byte[] from = IPAddress.Parse(local).GetAddressBytes();
        Write(bytes, 0, (uint)kind, Here);
        from.CopyTo(bytes, 8);
        IPAddress.Parse(remote).GetAddressBytes().CopyTo(bytes, 24);
        BitConverter.TryWriteBytes(bytes.AsSpan(40), localPort);
        BitConverter.TryWriteBytes(bytes.AsSpan(42), remotePort);
        bytes[44] = (byte)(from.Length == 4 ? 2 : 10);
        bytes[46] = 6;
        Write(bytes, 48, (uint)processId, 102, 1_000, 1_001);
        BitConverter.TryWriteBytes(bytes.AsSpan(64), 55L);
        BitConverter.TryWriteBytes(bytes.AsSpan(72), 5L);
        BitConverter.TryWriteBytes(bytes.AsSpan(80), time);
        Encoding.UTF8.GetBytes("curl").CopyTo(bytes, 88);
        Write(bytes, 104, (uint)NoProcess - 1);
        Encoding.UTF8.GetBytes("bash").CopyTo(bytes, 120);
        return bytes;
    }

    private static void Write(byte[] bytes, int at, params uint[] words) => Buffer.BlockCopy(words, 0, bytes, at, words.Length * sizeof(uint));

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
