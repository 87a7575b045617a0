using System.Buffers.Binary;

namespace NetMonitor.Capture;

/// <summary>What a <see cref="RecordWalker"/> found in the bytes it was given.</summary>
/// <param name="Consumed">Bytes done with; the next walk starts here.</param>
/// <param name="Skip">Bytes from <paramref name="Consumed"/> on that hold nothing of interest and need not be kept; some are still to come.</param>
/// <param name="Damage">What is wrong with the record at <paramref name="Consumed"/>, or null.</param>
/// <param name="IsFull">True when it stopped because no frame record was left; whole records may follow.</param>
internal readonly record struct WalkResult(int Consumed, long Skip = 0, string? Damage = null, bool IsFull = false);

/// <summary>
/// Finds the records of a capture file in bytes, wherever those come from: spans in, records out, no I/O. Called again with more bytes when the last
/// record was not whole; keeps no byte between calls.
/// </summary>
internal abstract class RecordWalker
{
    /// <summary>The most captured bytes of one record that are believed; a larger number is damage. libpcap's own limit for ordinary links is 256 KiB, USB's 128 MiB.</summary>
    public const int MaxCapturedLength = 16 << 20;

    /// <summary>The interfaces declared so far.</summary>
    public abstract IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>The key logs that the capture itself has, as their bytes; whoever takes them empties the list.</summary>
    public List<byte[]> KeyLogs { get; } = [];

    /// <summary>Indexes every whole record of <paramref name="bytes"/>, as far as <paramref name="frames"/> has room.</summary>
    /// <param name="bytes">The capture from the first byte not consumed yet.</param>
    /// <param name="frames">Receives the records; offsets count from the start of <paramref name="bytes"/>.</param>
    /// <param name="count">How many were written.</param>
    public abstract WalkResult Walk(ReadOnlySpan<byte> bytes, Span<FrameRecord> frames, out int count);

    /// <summary>The length on the wire: files can hold less than was captured (a writer's mistake) or more than an int.</summary>
    protected static int WireLength(uint original, int captured) => (int)Math.Clamp(original, (uint)captured, int.MaxValue);

    protected static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool swapped)
    {
        uint value = BitConverter.ToUInt32(bytes);
        return swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    protected static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool swapped)
    {
        ushort value = BitConverter.ToUInt16(bytes);
        return swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
