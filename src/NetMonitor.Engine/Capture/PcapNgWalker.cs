using System.Runtime.CompilerServices;
using System.Buffers.Binary;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>
/// Walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng): several sections, each with its own byte order and interfaces; enhanced, simple and
/// obsolete packet blocks, and TLS secrets. Every other block is passed over without being looked at.
/// </summary>
internal sealed class PcapNgWalker : RecordWalker
{
    public const uint SectionHeader = 0x0A0D0D0A;       // a palindrome: the same in both byte orders
    public const uint ByteOrderMagic = 0x1A2B3C4D;

    // Section 3.1, "General Block Structure".
    private const int TypeAt = 0;
    private const int TotalLengthAt = 4;
    private const int BodyAt = 8;
    private const int TrailerSize = 4;                  // the total length again
    private const int MinBlockSize = BodyAt + TrailerSize;

    // Section 4.1, "Section Header Block".
    private const int ByteOrderAt = BodyAt;
    private const int MajorVersionAt = BodyAt + 4;
    private const int MinSectionHeaderSize = 28;

    // Sections 4.3 "Enhanced Packet Block" and A "Packet Block (obsolete)": the same but for the width of the interface id.
    private const uint ObsoletePacket = 2;
    private const uint EnhancedPacket = 6;
    private const int InterfaceIdAt = BodyAt;
    private const int TimestampHighAt = BodyAt + 4;
    private const int TimestampLowAt = BodyAt + 8;
    private const int CapturedLengthAt = BodyAt + 12;
    private const int OriginalLengthAt = BodyAt + 16;
    private const int PacketDataAt = BodyAt + 20;

    // Section 4.4, "Simple Packet Block".
    private const uint SimplePacket = 3;
    private const int SimpleOriginalLengthAt = BodyAt;
    private const int SimpleDataAt = BodyAt + 4;

    private const uint InterfaceDescription = 1;

    // Section 4.7, "Decryption Secrets Block".
    private const uint DecryptionSecrets = 10;
    private const int SecretsTypeAt = BodyAt;
    private const int SecretsLengthAt = BodyAt + 4;
    private const int SecretsDataAt = BodyAt + 8;
    private const int MaxSecretsSize = FrameBatch.DefaultCapacity / 2; // bytes of a block; a larger one is passed over
    private const uint TlsKeyLog = 0x544C534B;          // "TLSK"

    /// <summary>The most bytes of a block that must be held at once: a packet of the largest size with its header and generous options.</summary>
    private const int MaxBlockSize = MaxCapturedLength + (1 << 20);

    /// <summary>Interface ids are 16 bits wide (<see cref="FrameRecord.InterfaceId"/>).</summary>
    private const int MaxInterfaces = ushort.MaxValue + 1;

    private readonly List<CaptureInterface> _interfaces = [];
    private readonly List<SectionInterface> _section = [];      // the interfaces of the current section, by its own numbering
    private bool _inSection;
    private bool _swapped;
    private long _lastTimestamp;

    /// <summary>All interfaces of all sections so far.</summary>
    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public static bool IsMagic(ReadOnlySpan<byte> bytes) => BitConverter.ToUInt32(bytes) == SectionHeader;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override WalkResult Walk(ReadOnlySpan<byte> bytes, Span<FrameRecord> frames, out int count)
    {
        count = 0;
        int at = 0;
        while (bytes.Length - at >= MinBlockSize)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            uint type = ReadUInt32(rest[TypeAt..], _swapped);
            bool isSectionHeader = type == SectionHeader;
            if (isSectionHeader && !TryReadByteOrder(rest, out _swapped))
            {
                return new WalkResult(at, Damage: "a section header has no byte-order magic");
            }

            if (!_inSection && !isSectionHeader)
            {
                return new WalkResult(at, Damage: "the first block is not a section header");
            }

            uint length = ReadUInt32(rest[TotalLengthAt..], _swapped);
            if (length < MinBlockSize || length % 4 != 0)
            {
                return new WalkResult(at, Damage: $"a block claims a length of {length} bytes");
            }

            if (!isSectionHeader && type is not (EnhancedPacket or ObsoletePacket or SimplePacket or InterfaceDescription)
                && !(type == DecryptionSecrets && length <= MaxSecretsSize))
            {
                if (length > rest.Length)
                {
                    return new WalkResult(at, Skip: length);
                }

                at += (int)length;
                continue;
            }

            if (length > MaxBlockSize)
            {
                return new WalkResult(at, Damage: $"a block claims a length of {length} bytes");
            }

            if (length > rest.Length)
            {
                break;
            }

            ReadOnlySpan<byte> block = rest[..(int)length];
            if (ReadUInt32(block[^TrailerSize..], _swapped) != length)
            {
                return new WalkResult(at, Damage: "the two lengths of a block differ");
            }

            string? damage = null;
            switch (type)
            {
                case EnhancedPacket or ObsoletePacket or SimplePacket when count == frames.Length:
                    return new WalkResult(at, IsFull: true);
                case EnhancedPacket or ObsoletePacket:
                    damage = ReadPacket(block, type == ObsoletePacket, at, ref frames[count]);
                    count++;
                    break;
                case SimplePacket:
                    damage = ReadSimplePacket(block, at, ref frames[count]);
                    count++;
                    break;
                case DecryptionSecrets:
                    ReadSecrets(block);
                    break;
                case InterfaceDescription:
                    damage = ReadInterface(block);
                    break;
                default:
                    damage = ReadSectionHeader(block);
                    break;
            }

            if (damage is not null)
            {
                count -= type is EnhancedPacket or ObsoletePacket or SimplePacket ? 1 : 0;
                return new WalkResult(at, Damage: damage);
            }

            at += (int)length;
        }

        return new WalkResult(at);
    }

    private static bool TryReadByteOrder(ReadOnlySpan<byte> block, out bool swapped)
    {
        uint magic = BitConverter.ToUInt32(block[ByteOrderAt..]);
        swapped = magic == BinaryPrimitives.ReverseEndianness(ByteOrderMagic);
        return swapped || magic == ByteOrderMagic;
    }

    private string? ReadSectionHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < MinSectionHeaderSize)
        {
            return "a section header is too short";
        }

        // "Versions 1.0 and 1.2 are the same"; only another major version may lay blocks out differently.
        ushort major = ReadUInt16(block[MajorVersionAt..], _swapped);
        if (major != 1)
        {
            return $"a section has version {major}, which is not known";
        }

        _inSection = true;
        _section.Clear();
        return null;
    }

    private string? ReadInterface(ReadOnlySpan<byte> block)
    {
        if (!InterfaceBlock.TryParse(block[BodyAt..^TrailerSize], _swapped, out InterfaceBlock parsed))
        {
            return "an interface description is too short";
        }

        if (_interfaces.Count == MaxInterfaces)
        {
            return $"it declares more than {MaxInterfaces} interfaces";
        }

        CaptureInterface described = new(_interfaces.Count, parsed.Name, parsed.Description, parsed.LinkType, parsed.SnapLength);
        _interfaces.Add(described);
        _section.Add(new SectionInterface((ushort)described.Id, described.LinkType, described.SnapLength, parsed.Clock));
        return null;
    }

    /// <summary>What is not a TLS key log, or does not fit its block, is passed over.</summary>
    private void ReadSecrets(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> data = block.Length >= SecretsDataAt + TrailerSize ? block[SecretsDataAt..^TrailerSize] : default;
        if (!data.IsEmpty && ReadUInt32(block[SecretsTypeAt..], _swapped) == TlsKeyLog
            && ReadUInt32(block[SecretsLengthAt..], _swapped) is var length && length <= (uint)data.Length)
        {
            KeyLogs.Add(data[..(int)length].ToArray());
        }
    }

    private string? ReadPacket(ReadOnlySpan<byte> block, bool isObsolete, int at, ref FrameRecord frame)
    {
        if (block.Length < PacketDataAt + TrailerSize)
        {
            return "a packet block is too short";
        }

        uint id = isObsolete ? ReadUInt16(block[InterfaceIdAt..], _swapped) : ReadUInt32(block[InterfaceIdAt..], _swapped);
        if (id >= (uint)_section.Count)
        {
            return $"a packet names interface {id}, which is not described";
        }

        uint captured = ReadUInt32(block[CapturedLengthAt..], _swapped);
        if (captured > (uint)(block.Length - PacketDataAt - TrailerSize))
        {
            return $"a packet claims {captured} captured bytes, more than its block has";
        }

        SectionInterface source = _section[(int)id];
        ulong units = ((ulong)ReadUInt32(block[TimestampHighAt..], _swapped) << 32) | ReadUInt32(block[TimestampLowAt..], _swapped);
        _lastTimestamp = source.Clock.ToNanoseconds(units);
        frame.Timestamp = _lastTimestamp;
        frame.Offset = at + PacketDataAt;
        frame.CapturedLength = (int)captured;
        frame.WireLength = WireLength(ReadUInt32(block[OriginalLengthAt..], _swapped), (int)captured);
        frame.InterfaceId = source.Id;
        frame.LinkType = source.LinkType;
        return null;
    }

    private string? ReadSimplePacket(ReadOnlySpan<byte> block, int at, ref FrameRecord frame)
    {
        if (block.Length < SimpleDataAt + TrailerSize)
        {
            return "a packet block is too short";
        }

        if (_section.Count == 0)
        {
            return "a packet comes before any interface description";
        }

        // Its captured length is not stored: the original length cut to the snap length of the section's first interface.
        SectionInterface source = _section[0];
        uint original = ReadUInt32(block[SimpleOriginalLengthAt..], _swapped);
        uint captured = source.SnapLength == 0 ? original : Math.Min(original, (uint)source.SnapLength);
        captured = Math.Min(captured, (uint)(block.Length - SimpleDataAt - TrailerSize));

        frame.Timestamp = _lastTimestamp;               // it has none; the packet before it is the nearest known time
        frame.Offset = at + SimpleDataAt;
        frame.CapturedLength = (int)captured;
        frame.WireLength = WireLength(original, (int)captured);
        frame.InterfaceId = source.Id;
        frame.LinkType = source.LinkType;
        return null;
    }

    private readonly record struct SectionInterface(ushort Id, LinkType LinkType, int SnapLength, PcapNgClock Clock);
}
