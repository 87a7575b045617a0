using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Inspection;

public sealed class StreamReassemblerTests
{
    private static readonly byte[] Text = [.. Enumerable.Range(0, 2000).Select(i => (byte)(i * 31 >> 3))];

    /// <summary>Reads all that comes, consuming it at once, or only in whole blocks of a size.</summary>
    private sealed class Reader(int block = 1)
    {
        public StreamReassembler Stream { get; } = new();

        public List<byte> Read { get; } = [];

        public Reader Push(uint sequence, ReadOnlySpan<byte> bytes, TcpFlags flags = TcpFlags.Ack | TcpFlags.Psh, int wireLength = -1)
        {
            ReadOnlySpan<byte> window = Stream.Push(sequence, flags, bytes, wireLength < 0 ? bytes.Length : wireLength);
            while (!window.IsEmpty)
            {
                int consumed = window.Length / block * block;
                Read.AddRange(window[..consumed]);
                window = Stream.Advance(window, consumed);
            }

            return this;
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFF_FC00u)]
    [InlineData(0x7FFF_FFF0u)]
    public void Any_order_with_repeats_and_overlaps_gives_the_stream(uint start)
    {
        for (int seed = 0; seed < 80; seed++)
        {
            Random random = new(seed);
            List<(int At, int Length)> segments = [];
            for (int at = 0; at < Text.Length;)
            {
                int length = Math.Min(random.Next(1, 120), Text.Length - at);
                int early = Math.Min(at, random.Next(3) == 0 ? random.Next(60) : 0);
                segments.Add((at - early, length + early));
                at += length;
            }

            segments.AddRange(segments.Where(_ => random.Next(5) == 0).ToArray());
            for (int i = 0; i < segments.Count; i++)
            {
                int other = Math.Clamp(i + random.Next(-12, 12), 0, segments.Count - 1);
                (segments[i], segments[other]) = (segments[other], segments[i]);
            }

            Reader reader = new(block: 1 + (seed % 5 * 16));
            reader.Push(start - 1, default, TcpFlags.Syn);
            foreach ((int at, int length) in segments)
            {
                reader.Push(start + (uint)at, Text.AsSpan(at, length));
            }

            reader.Read.AddRange(reader.Stream.Window);
            Assert.True(Text.AsSpan().SequenceEqual(reader.Read.ToArray()));
            reader.Stream.Release();
            Assert.Equal(0, reader.Stream.Buffered);
        }
    }

    [Fact]
    public void Of_bytes_that_come_twice_the_first_count()
    {
        Reader reader = new Reader().Push(9, default, TcpFlags.Syn)
            .Push(14, "EFGH"u8).Push(12, "cdefghij"u8).Push(10, "ABXX"u8).Push(10, "zzzzzzzzzzKL"u8);
        Assert.Equal("ABcdEFGHijKL"u8.ToArray(), reader.Read);
    }

    [Fact]
    public void In_order_bytes_are_passed_on_without_a_copy()
    {
        StreamReassembler stream = new();
        byte[] bytes = [1, 2, 3, 4];
        ReadOnlySpan<byte> window = stream.Push(1, TcpFlags.Psh, bytes, bytes.Length);
        Assert.True(window.Overlaps(bytes));
        Assert.True(stream.Advance(window, 1).IsEmpty);
        Assert.Equal(3, stream.Buffered);
        Assert.Equal([2, 3, 4, 5], stream.Push(5, TcpFlags.Psh, [5], 1).ToArray());
    }

    [Fact]
    public void More_than_the_window_can_be_skipped_and_be_missing()
    {
        StreamReassembler stream = new();
        ReadOnlySpan<byte> window = stream.Push(100, TcpFlags.Psh, [1, 2, 3], 3);
        Assert.True(stream.Advance(window, 5_000_000_000).IsEmpty);
        uint sequence = 100;
        for (long at = 0; at < 5_000_000_000 - 1_000_000_000; at += 1_000_000_000)
        {
            sequence += 1_000_000_000;
            Assert.True(stream.Push(sequence, TcpFlags.Psh, [9], 1).IsEmpty);
            Assert.False(stream.IsAtEnd);
        }

        Assert.Equal([7], stream.Push(unchecked(100 + (uint)5_000_000_000), TcpFlags.Psh, [7], 1).ToArray());
    }

    [Fact]
    public void A_gap_that_is_not_filled_ends_the_direction()
    {
        Reader reader = new Reader().Push(0, [1]);
        uint sequence = 10;
        for (int i = 0; i < 1000 && !reader.Stream.IsAtEnd; i++, sequence += 1400)
        {
            reader.Push(sequence, new byte[1400]);
            Assert.True(reader.Stream.Buffered <= InspectionLimits.ReorderBytes + 1400);
        }

        Assert.True(reader.Stream.IsAtEnd);
    }

    [Fact]
    public void Bytes_that_were_not_captured_end_the_direction_once_they_are_needed()
    {
        Reader reader = new Reader().Push(0, [1, 2, 3], wireLength: 10);
        Assert.Equal([1, 2, 3], reader.Read);
        Assert.True(reader.Stream.IsAtEnd);
    }

    [Fact]
    public void A_fin_ends_it_when_all_before_it_came()
    {
        Reader reader = new Reader().Push(0, default, TcpFlags.Syn).Push(3, [3], TcpFlags.Fin).Push(1, [1]);
        Assert.False(reader.Stream.IsAtEnd);
        reader.Push(2, [2]);
        Assert.Equal([1, 2, 3], reader.Read);
        Assert.True(reader.Stream.IsAtEnd);
    }

    [Fact]
    public void Without_the_opening_the_first_data_is_the_start()
    {
        Reader reader = new Reader().Push(41, [0], TcpFlags.Ack).Push(42, default, TcpFlags.Ack).Push(42, [5, 6]).Push(41, [4, 5, 6, 7]);
        Assert.Equal([5, 6, 7], reader.Read);
        Assert.False(reader.Stream.SawStart);
    }

    [Fact]
    public void A_resets_payload_is_not_data() => Assert.Empty(new Reader().Push(1, [1, 2, 3], TcpFlags.Rst).Read);
}
