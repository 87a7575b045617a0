using System.Buffers.Binary;

namespace NetMonitor.Bench.Generation;

/// <summary>Writes a pcap file of Ethernet frames, nanosecond timestamps, in large blocks.</summary>
/// <remarks>Source: draft-ietf-opsawg-pcap, sections 4 and 5.</remarks>
internal sealed class PcapWriter : IDisposable
{
    /// <summary>The largest frame that can be written.</summary>
    public const int MaxFrame = 2048;

    private const uint MagicNanoseconds = 0xA1B2_3C4D;
    private const int LinkTypeEthernet = 1;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int BlockSize = 1 << 20;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly FileStream _file;
    private readonly byte[] _block = new byte[BlockSize + RecordHeader + MaxFrame];
    private int _used;

    public PcapWriter(string path)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Span<byte> header = _block;
        BinaryPrimitives.WriteUInt32LittleEndian(header, MagicNanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2); // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262_144); // snap length
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], LinkTypeEthernet);
        _used = FileHeader;
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => _file.Length + _used;

    /// <summary>Where the next frame goes: fill it, then call <see cref="Commit"/>.</summary>
    public Span<byte> NextFrame => _block.AsSpan(_used + RecordHeader, MaxFrame);

    /// <summary>Takes the first <paramref name="length"/> bytes of <see cref="NextFrame"/> as a frame seen at <paramref name="timestamp"/> (ns since 1970).</summary>
    public void Commit(int length, long timestamp)
    {
        (long seconds, long nanoseconds) = Math.DivRem(timestamp, NanosecondsPerSecond);
        Span<byte> header = _block.AsSpan(_used, RecordHeader);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)length);
        _used += RecordHeader + length;
        if (_used >= BlockSize)
        {
            Flush();
        }
    }

    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    private void Flush()
    {
        _file.Write(_block.AsSpan(0, _used));
        _used = 0;
    }
}
