using System.Buffers.Binary;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>Writes a pcap file (draft-ietf-opsawg-pcap) in little-endian byte order. Not thread-safe.</summary>
internal sealed class PcapWriter : IDisposable
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;

    private readonly Stream _stream;
    private readonly bool _nanoseconds;

    public PcapWriter(Stream stream, LinkType linkType, bool nanoseconds = true, int snapLength = 262144)
    {
        _stream = stream;
        _nanoseconds = nanoseconds;
        Span<byte> header = stackalloc byte[PcapWalker.FileHeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, nanoseconds ? NanosecondMagic : MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);       // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)linkType);
        _stream.Write(header);
    }

    /// <summary>Adds a packet.</summary>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">Bytes on the wire; 0 for as many as were captured.</param>
    public void Write(long timestamp, ReadOnlySpan<byte> frame, int wireLength = 0)
    {
        (long seconds, long nanoseconds) = Math.DivRem(timestamp, UnixTime.NanosecondsPerSecond);
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(_nanoseconds ? nanoseconds : nanoseconds / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Math.Max(frame.Length, wireLength));
        _stream.Write(header);
        _stream.Write(frame);
    }

    public void Dispose() => _stream.Dispose();
}
