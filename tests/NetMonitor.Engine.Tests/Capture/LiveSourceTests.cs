using System.Net;
using System.Net.Sockets;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Capture;

[Collection(Alone.Name)] // it counts packets and garbage
public class LiveSourceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static string Loopback => LiveFactAttribute.Loopback!;

    /// <summary>Two sockets on 127.0.0.1: what one sends to the other passes the loopback interface.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly UdpClient _receiver = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly UdpClient _sender = new(new IPEndPoint(IPAddress.Loopback, 0));

        public int Port => ((IPEndPoint)_receiver.Client.LocalEndPoint!).Port;

        public string Filter => $"udp dst port {Port}";

        public void Send(ReadOnlySpan<byte> payload) => _sender.Send(payload, new IPEndPoint(IPAddress.Loopback, Port));

        public void Dispose()
        {
            _receiver.Dispose();
            _sender.Dispose();
        }
    }

    private static List<byte[]> ReadFrames(IFrameSource source, int wanted, FrameBatch? batch = null, Action<FrameRecord>? check = null)
    {
        List<byte[]> frames = [];
        batch ??= new FrameBatch();
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (frames.Count < wanted && Environment.TickCount64 < end)
        {
            Assert.True(source.Read(batch));
            for (int i = 0; i < batch.Count; i++)
            {
                check?.Invoke(batch.Frames[i]);
                frames.Add(batch[i].ToArray());
            }
        }

        Assert.Equal(wanted, frames.Count);
        return frames;
    }

    [LiveFact]
    public void Sees_what_passes_loopback_with_the_kernels_time()
    {
        using Pair pair = new();
        using LiveSource source = LiveSource.Open(Loopback, pair.Filter);
        Assert.True(source.IsLive);
        Assert.Equal(Loopback, Assert.Single(source.Interfaces).Name);
        long now = UnixTime.FromTimeSpan(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch);
        for (byte i = 0; i < 50; i++)
        {
            pair.Send([i, 2, 3, 4]);
        }

        List<byte[]> frames = ReadFrames(source, 50, check: f =>
        {
            Assert.InRange(f.Timestamp, now - UnixTime.NanosecondsPerSecond, now + (60 * UnixTime.NanosecondsPerSecond));
            Assert.Equal(f.CapturedLength, f.WireLength);
            Assert.Equal(source.Interfaces[0].LinkType, f.LinkType);
        });
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i:X2}020304"), frames.Select(f => Convert.ToHexString(f.AsSpan(f.Length - 4))));
        Assert.Equal(50, source.Counters.Received);
        Assert.Equal(frames.Sum(f => f.Length), source.Counters.Bytes);
        Assert.Equal(0, source.Counters.KernelDropped);
    }

    [LiveFact]
    public void Frames_that_do_not_fit_a_batch_come_with_the_next()
    {
        using Pair pair = new();
        using LiveSource source = LiveSource.Open(Loopback, pair.Filter);
        for (int i = 0; i < 300; i++)
        {
            pair.Send(Captures.Data((i * 7) % 3000, i));
        }

        List<byte[]> frames = ReadFrames(source, 300, new FrameBatch(1000, 8));
        for (int i = 0; i < 300; i++)
        {
            byte[] expected = Captures.Data((i * 7) % 3000, i);
            Assert.Equal(expected, frames[i][^expected.Length..]);
        }

        Assert.Equal(300, source.Counters.Received);
        Assert.Equal(0, source.Counters.KernelDropped);
    }

    [LiveFact]
    public void The_kernels_buffer_outlasts_a_stall()
    {
        const int Burst = 10_000;
        using Pair pair = new();
        using LiveSource source = LiveSource.Open(Loopback, pair.Filter);
        for (int i = 0; i < Burst; i++)
        {
            pair.Send([1, 2, 3, 4]);
        }

        ReadFrames(source, Burst);
        Assert.Equal(0, source.Counters.KernelDropped);
    }

    [LiveFact]
    public void What_was_captured_before_a_cancellation_is_still_read()
    {
        using Pair pair = new();
        using LiveSource source = LiveSource.Open(Loopback, pair.Filter);
        for (int i = 0; i < 50; i++)
        {
            pair.Send([1, 2, 3, 4]);
        }

        source.Cancel();
        FrameBatch batch = new();
        int seen = 0;
        while (source.Read(batch))
        {
            seen += batch.Count;
        }

        Assert.Equal(50, seen);
    }

    [LiveFact]
    public void A_frame_costs_no_garbage()
    {
        using Pair pair = new();
        using LiveSource source = LiveSource.Open(Loopback, pair.Filter);
        FrameBatch batch = new();
        long garbage = 0;
        int seen = 0;
        byte[] payload = new byte[100];
        Assert.True(source.Read(batch));                // warm: the first wait
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        for (int round = 0; round < 40; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                pair.Send(payload);
            }

            while (seen < (round + 1) * 100 && Environment.TickCount64 < end)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                source.Read(batch);
                long made = GC.GetAllocatedBytesForCurrentThread() - before;
                garbage += round >= 20 ? made : 0;      // from then on the code is compiled
                seen += batch.Count;
            }
        }

        Assert.Equal(4000, seen);
        Assert.InRange(garbage, 0, 2000 * 12);          // an object is 24 bytes at least; the runtime's own accounts are settled now and then
    }

    [LiveFact]
    public void The_snap_length_cuts_frames_and_keeps_their_wire_length()
    {
        using Pair pair = new();
        using LiveSource source = LiveSource.Open(Loopback, pair.Filter, snapLength: 64);
        pair.Send(new byte[500]);
        ReadFrames(source, 1, check: f =>
        {
            Assert.Equal(64, f.CapturedLength);
            Assert.InRange(f.WireLength, 528, 560);
        });
    }

    [LiveFact]
    public void The_any_device_captures_loopback_too()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using Pair pair = new();
        using LiveSource source = LiveSource.Open("any", pair.Filter);
        Assert.True(source.Interfaces[0].LinkType is LinkType.LinuxSll or LinkType.LinuxSll2);
        pair.Send([1, 2, 3]);
        Assert.EndsWith("010203", Convert.ToHexString(ReadFrames(source, 1)[0]));
    }

    [LiveFact]
    public void Silence_gives_an_empty_batch()
    {
        using LiveSource source = LiveSource.Open(Loopback, "udp port 1 and host 192.0.2.1");
        FrameBatch batch = new() { Count = 5 };
        Assert.True(source.Read(batch));
        Assert.Equal(0, batch.Count);
    }

    [LiveFact]
    public async Task Cancel_and_dispose_end_a_read()
    {
        LiveSource source = LiveSource.Open(Loopback, "udp port 1 and host 192.0.2.1");
        Task<int> reading = Task.Run(() =>
        {
            FrameBatch batch = new();
            int reads = 0;
            while (source.Read(batch))
            {
                reads++;
            }

            return reads;
        });
        source.Cancel();
        await reading.WaitAsync(Patience);
        source.Dispose();
        source.Dispose();
        Assert.False(source.Read(new FrameBatch()));
        Assert.Equal(0, source.Counters.KernelDropped);
    }

    [LiveFact]
    public void The_name_is_found_in_any_case()
    {
        using LiveSource source = LiveSource.Open(Loopback.ToUpperInvariant());
        Assert.Equal(Loopback, source.Name);
    }

    [LiveFact]
    public void A_bad_filter_gives_libpcaps_words()
    {
        CaptureException error = Assert.Throws<CaptureException>(() => LiveSource.Open(Loopback, "tcp prot 80"));
        Assert.Equal(CaptureError.InvalidCaptureFilter, error.Error);
        Assert.Contains("tcp prot 80", error.Message);
        Assert.Contains("syntax error", error.Message);
        Assert.NotNull(error.RecommendedAction);
    }

    [LiveFact]
    public void An_unknown_interface_is_named_with_those_there_are()
    {
        CaptureException error = Assert.Throws<CaptureException>(() => LiveSource.Open("nosuch0"));
        Assert.Equal(CaptureError.CaptureDeviceNotFound, error.Error);
        Assert.Contains("nosuch0", error.Message);
        Assert.Contains(Loopback, error.Message);
    }
}
