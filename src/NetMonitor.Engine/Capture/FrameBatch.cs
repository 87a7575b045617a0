using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>Where one frame lies in its <see cref="FrameBatch"/>, and when and how it was seen.</summary>
[StructLayout(LayoutKind.Auto)]
public struct FrameRecord
{
    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public long Timestamp;

    /// <summary>Start in <see cref="FrameBatch.Buffer"/>.</summary>
    public int Offset;

    /// <summary>Bytes captured.</summary>
    public int CapturedLength;

    /// <summary>Bytes on the wire; never less than <see cref="CapturedLength"/>.</summary>
    public int WireLength;

    /// <summary>Index into <see cref="IFrameSource.Interfaces"/>.</summary>
    public ushort InterfaceId;

    /// <summary>What the first byte is.</summary>
    public LinkType LinkType;
}

/// <summary>
/// Some frames in one buffer: the unit that travels from a source to the shards. Reused, so that a frame costs no object.
/// </summary>
public sealed class FrameBatch
{
    /// <summary>Bytes of the buffer of an ordinary batch.</summary>
    public const int DefaultCapacity = 1 << 20;

    /// <summary>Frames of an ordinary batch.</summary>
    public const int DefaultFrames = 4096;

    /// <summary>Makes an empty batch.</summary>
    public FrameBatch(int capacity = DefaultCapacity, int frames = DefaultFrames)
    {
        Buffer = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        Frames = new FrameRecord[frames];
    }

    /// <summary>The bytes. On the pinned heap; a source that meets a larger record may replace it by a larger one.</summary>
    public byte[] Buffer { get; internal set; }

    /// <summary>The frames; the first <see cref="Count"/> are valid.</summary>
    public FrameRecord[] Frames { get; }

    /// <summary>How many frames.</summary>
    public int Count { get; set; }

    /// <summary>The bytes of frame <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Buffer.AsSpan(Frames[index].Offset, Frames[index].CapturedLength);
    }
}
