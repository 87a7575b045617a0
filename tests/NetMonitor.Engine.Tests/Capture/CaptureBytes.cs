using System.Buffers.Binary;
using System.Text;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Capture;

/// <summary>Captures by hand, in either byte order: what the project's own writers do not write.</summary>
internal sealed class CaptureBytes(bool bigEndian)
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public int Length => (int)_bytes.Length;

    public CaptureBytes U16(params ushort[] values)
    {
        Span<byte> b = stackalloc byte[2];
        foreach (ushort value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(b, bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
            _bytes.Write(b);
        }

        return this;
    }

    public CaptureBytes U32(params uint[] values)
    {
        Span<byte> b = stackalloc byte[4];
        foreach (uint value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(b, bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
            _bytes.Write(b);
        }

        return this;
    }

    public CaptureBytes Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public CaptureBytes PcapHeader(uint magic = 0xA1B2C3D4, uint snap = 65535, uint link = 1) => U32(magic).U16(2, 4).U32(0, 0, snap, link);

    public CaptureBytes PcapRecord(uint seconds, uint fraction, byte[] data, uint? original = null) =>
        U32(seconds, fraction, (uint)data.Length, original ?? (uint)data.Length).Raw(data);

    public CaptureBytes Block(uint type, byte[] body)
    {
        byte[] padded = body.Concat(new byte[-body.Length & 3]).ToArray();
        return U32(type, (uint)padded.Length + 12).Raw(padded).U32((uint)padded.Length + 12);
    }

    public CaptureBytes Section() => Block(0x0A0D0D0A, New().U32(0x1A2B3C4D).U16(1, 0).U32(uint.MaxValue, uint.MaxValue).ToArray());

    public CaptureBytes Interface(ushort link = 1, uint snap = 0, string? name = null, string? description = null, byte? resolution = null, long? offset = null)
    {
        CaptureBytes body = New().U16(link, 0).U32(snap);
        Option(body, 2, name is null ? null : Encoding.UTF8.GetBytes(name));
        Option(body, 3, description is null ? null : Encoding.UTF8.GetBytes(description));
        Option(body, 9, resolution is null ? null : [resolution.Value]);
        Option(body, 14, offset is null ? null : bigEndian
            ? New().U32((uint)(offset.Value >> 32), (uint)offset.Value).ToArray()
            : New().U32((uint)offset.Value, (uint)(offset.Value >> 32)).ToArray());
        return Block(1, body.ToArray());
    }

    public CaptureBytes Enhanced(uint id, ulong units, byte[] data, uint? original = null) =>
        Block(6, New().U32(id, (uint)(units >> 32), (uint)units, (uint)data.Length, original ?? (uint)data.Length).Raw(data).ToArray());

    public CaptureBytes Obsolete(ushort id, ulong units, byte[] data) =>
        Block(2, New().U16(id, 0).U32((uint)(units >> 32), (uint)units, (uint)data.Length, (uint)data.Length).Raw(data).ToArray());

    public CaptureBytes Simple(uint original, byte[] data) => Block(3, New().U32(original).Raw(data).ToArray());

    private CaptureBytes New() => new(bigEndian);

    private static void Option(CaptureBytes body, ushort code, byte[]? value)
    {
        if (value is not null)
        {
            body.U16(code, (ushort)value.Length).Raw(value).Raw(new byte[-value.Length & 3]);
        }
    }
}

/// <summary>A frame as a test compares it.</summary>
internal sealed record Seen(long Timestamp, int Interface, LinkType LinkType, int WireLength, string Data);

/// <summary>Reads captures to their end.</summary>
internal static class Captures
{
    public static (List<Seen> Frames, CaptureException? Error) ReadAll(Func<IFrameSource> open, FrameBatch? batch = null)
    {
        List<Seen> frames = [];
        batch ??= new FrameBatch();
        try
        {
            using IFrameSource source = open();
            while (source.Read(batch))
            {
                Assert.NotEqual(0, batch.Count);
                for (int i = 0; i < batch.Count; i++)
                {
                    FrameRecord frame = batch.Frames[i];
                    frames.Add(new Seen(frame.Timestamp, frame.InterfaceId, frame.LinkType, frame.WireLength, Convert.ToHexString(batch[i])));
                }
            }

            Assert.Equal(0, batch.Count);
            return (frames, null);
        }
        catch (CaptureException error)
        {
            return (frames, error);
        }
    }

    public static (List<Seen> Frames, CaptureException? Error) ReadAll(byte[] bytes) => ReadAll(() => CaptureFile.Open(new MemoryStream(bytes), "test"));

    public static byte[] Data(int length, int seed = 1)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }
}

/// <summary>A stream as a pipe is: it cannot seek, and a read gives a few bytes at a time.</summary>
internal sealed class DribbleStream(byte[] bytes, Func<int> step) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(buffer.Length, step()), bytes.Length - _at);
        bytes.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
