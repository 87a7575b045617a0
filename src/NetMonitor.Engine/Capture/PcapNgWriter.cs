using System.Buffers.Binary;
using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>Writes a pcapng file (draft-ietf-opsawg-pcapng) in little-endian byte order: sections, interfaces, enhanced packet blocks with nanoseconds. Not thread-safe.</summary>
internal sealed class PcapNgWriter : IDisposable
{
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const uint NameResolution = 4;
    private const uint InterfaceStatistics = 5;
    private const uint DecryptionSecrets = 10;
    private const uint TlsKeyLog = 0x544c534b;          // "TLSK"
    private const ushort Comment = 1;
    private const ushort ShbUserApplication = 4;
    private const ushort IfName = 2;
    private const ushort IfDescription = 3;
    private const ushort IfTsResol = 9;
    private const ushort IfFilter = 11;
    private const byte FilterText = 0;                  // a libpcap filter string follows
    private const ushort IsbStartTime = 2;
    private const ushort IsbEndTime = 3;
    private const ushort IsbReceived = 4;
    private const ushort IsbInterfaceDropped = 5;
    private const ushort IsbSystemDropped = 7;
    private const ushort NameIPv4 = 1;
    private const ushort NameIPv6 = 2;
    private const byte Nanoseconds = 9;                 // 10^-9 seconds

    private readonly Stream _stream;
    private readonly MemoryStream _body = new();
    private int _interfaces;

    /// <param name="stream">Where to; disposed with the writer.</param>
    /// <param name="application">Who writes it, or null.</param>
    public PcapNgWriter(Stream stream, string? application = null)
    {
        _stream = stream;
        BeginSection(application);
    }

    /// <summary>Starts another section: its interfaces count from 0 again.</summary>
    public void BeginSection(string? application = null)
    {
        _interfaces = 0;
        UInt32(PcapNgWalker.ByteOrderMagic);
        UInt16(1);                                      // version 1.0
        UInt16(0);
        UInt32(uint.MaxValue);                          // section length: not known, 64 bits
        UInt32(uint.MaxValue);
        if (application is not null)
        {
            Text(ShbUserApplication, application);
            UInt32(0);                                  // end of options
        }

        EndBlock(PcapNgWalker.SectionHeader);
    }

    /// <summary>Describes an interface and gives its id in this section.</summary>
    public int AddInterface(LinkType linkType, string? name = null, string? description = null, int snapLength = 262144, string? filter = null)
    {
        UInt16((ushort)linkType);
        UInt16(0);
        UInt32((uint)snapLength);
        Text(IfName, name);
        Text(IfDescription, description);
        Option(IfTsResol, [Nanoseconds]);
        if (filter is not null)
        {
            Option(IfFilter, [FilterText, .. Encoding.UTF8.GetBytes(filter)]);
        }

        UInt32(0);                                      // end of options
        EndBlock(InterfaceDescription);
        return _interfaces++;
    }

    /// <summary>Adds a packet.</summary>
    /// <param name="interfaceId">What <see cref="AddInterface"/> gave.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">Bytes on the wire; 0 for as many as were captured.</param>
    /// <param name="comment">A comment on the packet, or null.</param>
    public void Write(int interfaceId, long timestamp, ReadOnlySpan<byte> frame, int wireLength = 0, byte[]? comment = null)
    {
        UInt32((uint)interfaceId);
        Time(timestamp);
        UInt32((uint)frame.Length);
        UInt32((uint)Math.Max(frame.Length, wireLength));
        _body.Write(frame);
        Pad();
        if (comment is not null)
        {
            Option(Comment, comment);
            UInt32(0);                                  // end of options
        }

        EndBlock(EnhancedPacket);
    }

    /// <summary>Adds what was counted on an interface.</summary>
    /// <param name="interfaceId">What <see cref="AddInterface"/> gave.</param>
    /// <param name="start">When counting began, nanoseconds since 1970.</param>
    /// <param name="end">When it ended.</param>
    /// <param name="counters">The counts; those not known are left out.</param>
    public void WriteStatistics(int interfaceId, long start, long end, in SourceCounters counters)
    {
        UInt32((uint)interfaceId);
        Time(end);
        UInt32((uint)(IsbStartTime | 8 << 16));
        Time(start);
        UInt32((uint)(IsbEndTime | 8 << 16));
        Time(end);
        Count(IsbReceived, counters.Received);
        Count(IsbInterfaceDropped, counters.InterfaceDropped);
        Count(IsbSystemDropped, counters.KernelDropped);
        UInt32(0);                                      // end of options
        EndBlock(InterfaceStatistics);
    }

    /// <summary>Adds names of addresses.</summary>
    public void WriteNames(IEnumerable<(IPAddressValue Address, string Name)> names)
    {
        foreach ((IPAddressValue address, string name) in names)
        {
            byte[] bytes = [.. address.ToIPAddress().GetAddressBytes(), .. Encoding.UTF8.GetBytes(name), 0];
            Option(address.IsIPv4 ? NameIPv4 : NameIPv6, bytes);
        }

        UInt32(0);                                      // end of records
        EndBlock(NameResolution);
    }

    /// <summary>Adds secrets of TLS in the form of SSLKEYLOGFILE (RFC 9850).</summary>
    public void WriteTlsSecrets(ReadOnlySpan<byte> keyLog)
    {
        UInt32(TlsKeyLog);
        UInt32((uint)keyLog.Length);
        _body.Write(keyLog);
        Pad();
        EndBlock(DecryptionSecrets);
    }

    /// <summary>What was written reaches the file system.</summary>
    public void Flush() => _stream.Flush();

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

    private void Count(ushort code, long? value)
    {
        if (value is { } number)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            Option(code, bytes);
        }
    }

    /// <summary>A time in two halves, the upper one first.</summary>
    private void Time(long timestamp)
    {
        UInt32((uint)(timestamp >> 32));
        UInt32((uint)timestamp);
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
