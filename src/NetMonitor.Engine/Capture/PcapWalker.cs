using System.Runtime.CompilerServices;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>Walks the records of a pcap file (draft-ietf-opsawg-pcap): microseconds or nanoseconds, either byte order, and Kuznetzov's "modified" records.</summary>
internal sealed class PcapWalker : RecordWalker
{
    public const int FileHeaderSize = 24;               // bytes

    // Section 4, "File Header". Read in this machine's byte order; a file of the other one shows its magic reversed.
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const uint ModifiedMagic = 0xA1B2CD34;      // A. Kuznetzov's patched libpcap of Red Hat 6 and others: longer record headers
    private const int SnapLengthAt = 16;
    private const int LinkTypeAt = 20;
    private const uint LinkTypeMask = 0xFFFF;           // above it: FCS length, its validity bit, and a class that no writer uses

    // Section 5, "Packet Record".
    private const int SecondsAt = 0;
    private const int FractionAt = 4;
    private const int CapturedLengthAt = 8;
    private const int OriginalLengthAt = 12;
    private const int RecordHeaderSize = 16;
    private const int ModifiedRecordHeaderSize = 24;    // plus interface index, EtherType, packet type, padding

    private readonly bool _swapped;
    private readonly int _nanosecondsPerFraction;
    private readonly int _headerSize;
    private readonly LinkType _linkType;
    private readonly CaptureInterface[] _interfaces;

    private PcapWalker(ReadOnlySpan<byte> header, bool swapped, int nanosecondsPerFraction, int recordHeaderSize)
    {
        _swapped = swapped;
        _nanosecondsPerFraction = nanosecondsPerFraction;
        _headerSize = recordHeaderSize;
        uint link = ReadUInt32(header[LinkTypeAt..], swapped) & LinkTypeMask;
        _linkType = LinkTypes.FromFile((ushort)link);
        _interfaces = [new CaptureInterface(0, null, null, _linkType, LinkTypes.SnapLength(ReadUInt32(header[SnapLengthAt..], swapped)))];
    }

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    /// <summary>True when a file that starts with these four bytes is a pcap file.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> bytes) => TryReadMagic(bytes, out _, out _, out _);

    /// <summary>Reads the file header: <see cref="FileHeaderSize"/> bytes.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> header, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PcapWalker? walker)
    {
        walker = header.Length >= FileHeaderSize && TryReadMagic(header, out bool swapped, out int nanoseconds, out int recordHeaderSize)
            ? new PcapWalker(header, swapped, nanoseconds, recordHeaderSize)
            : null;
        return walker is not null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override WalkResult Walk(ReadOnlySpan<byte> bytes, Span<FrameRecord> frames, out int count)
    {
        count = 0;
        int at = 0;
        while (bytes.Length - at >= _headerSize)
        {
            ReadOnlySpan<byte> header = bytes.Slice(at, RecordHeaderSize);
            uint captured = ReadUInt32(header[CapturedLengthAt..], _swapped);
            if (captured > MaxCapturedLength)
            {
                return new WalkResult(at, Damage: $"a packet claims {captured} captured bytes");
            }

            if (bytes.Length - at - _headerSize < (int)captured)
            {
                break;
            }

            if ((uint)count >= (uint)frames.Length)
            {
                return new WalkResult(at, IsFull: true);
            }

            ref FrameRecord frame = ref frames[count++];
            frame.Timestamp = (ReadUInt32(header[SecondsAt..], _swapped) * UnixTime.NanosecondsPerSecond)
                + ((long)ReadUInt32(header[FractionAt..], _swapped) * _nanosecondsPerFraction);
            frame.Offset = at + _headerSize;
            frame.CapturedLength = (int)captured;
            frame.WireLength = WireLength(ReadUInt32(header[OriginalLengthAt..], _swapped), (int)captured);
            frame.InterfaceId = 0;
            frame.LinkType = _linkType;
            at += _headerSize + (int)captured;
        }

        return new WalkResult(at);
    }

    private static bool TryReadMagic(ReadOnlySpan<byte> bytes, out bool swapped, out int nanosecondsPerFraction, out int recordHeaderSize)
    {
        foreach (bool reversed in (ReadOnlySpan<bool>)[false, true])
        {
            (nanosecondsPerFraction, recordHeaderSize) = ReadUInt32(bytes, reversed) switch
            {
                MicrosecondMagic => (1000, RecordHeaderSize),
                NanosecondMagic => (1, RecordHeaderSize),
                ModifiedMagic => (1000, ModifiedRecordHeaderSize),
                _ => (0, 0),
            };
            if (recordHeaderSize != 0)
            {
                swapped = reversed;
                return true;
            }
        }

        (swapped, nanosecondsPerFraction, recordHeaderSize) = (false, 0, 0);
        return false;
    }
}
