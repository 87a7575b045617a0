using System.Buffers.Binary;
using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>Writes a pcapng file (draft-ietf-opsawg-pcapng) in little-endian byte order: sections, interfaces, enhanced packet blocks with nanoseconds. Not thread-safe.</summary>
internal sealed class PcapNgWriter : IDisposable
{
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort IfName = 2;
    private const ushort IfDescription = 3;
    private const ushort IfTsResol = 9;
    private const byte Nanoseconds = 9;                 // 10^-9 seconds

    private readonly Stream _stream;
    private readonly MemoryStream _body = new();
    private int _interfaces;

    public PcapNgWriter(Stream stream)
    {
        _stream = stream;
        BeginSection();
    }

    /// <summary>Starts another section: its interfaces count from 0 again.</summary>
    public void BeginSection()
    {
        _interfaces = 0;
        UInt32(PcapNgWalker.ByteOrderMagic);
        UInt16(1);                                      // version 1.0
        UInt16(0);
        UInt32(uint.MaxValue);                          // section length: not known, 64 bits
        UInt32(uint.MaxValue);
        EndBlock(PcapNgWalker.SectionHeader);
    }

    /// <summary>Describes an interface and gives its id in this section.</summary>
    public int AddInterface(LinkType linkType, string? name = null, string? description = null, int snapLength = 262144)
    {
        UInt16((ushort)linkType);
        UInt16(0);
        UInt32((uint)snapLength);
        Text(IfName, name);
        Text(IfDescription, description);
        Option(IfTsResol, [Nanoseconds]);
        UInt32(0);                                      // end of options
        EndBlock(InterfaceDescription);
        return _interfaces++;
    }

    /// <summary>Adds a packet.</summary>
    /// <param name="interfaceId">What <see cref="AddInterface"/> gave.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">Bytes on the wire; 0 for as many as were captured.</param>
    public void Write(int interfaceId, long timestamp, ReadOnlySpan<byte> frame, int wireLength = 0)
    {
        UInt32((uint)interfaceId);
        UInt32((uint)(timestamp >> 32));
        UInt32((uint)timestamp);
        UInt32((uint)frame.Length);
        UInt32((uint)Math.Max(frame.Length, wireLength));
        _body.Write(frame);
        Pad();
        EndBlock(EnhancedPacket);
    }

    public void Dispose() => _stream.Dispose();

    private void EndBlock(uint type)
    {
        const int Framing = 12;                         // type and the length before and after the body
        Span<byte> number = stackalloc byte[8];
        uint length = (uint)_body.Length + Framing;
        BinaryPrimitives.WriteUInt32LittleEndian(number, type);
        BinaryPrimitives.WriteUInt32LittleEndian(number[4..], length);
        _stream.Write(number);
        _stream.Write(_body.GetBuffer(), 0, (int)_body.Length);
        _stream.Write(number[4..]);
        _body.SetLength(0);
    }

    private void Text(ushort code, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Option(code, Encoding.UTF8.GetBytes(text));
        }
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        UInt16(code);
        UInt16((ushort)value.Length);
        _body.Write(value);
        Pad();
    }

    private void Pad()
    {
        while (_body.Length % 4 != 0)
        {
            _body.WriteByte(0);
        }
    }

    private void UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _body.Write(bytes);
    }

    private void UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _body.Write(bytes);
    }
}
