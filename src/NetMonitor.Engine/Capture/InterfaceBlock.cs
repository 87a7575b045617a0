using System.Buffers.Binary;
using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>The body of an Interface Description Block (draft-ietf-opsawg-pcapng, section 4.2).</summary>
internal readonly record struct InterfaceBlock(LinkType LinkType, int SnapLength, string? Name, string? Description, PcapNgClock Clock)
{
    private const int LinkTypeAt = 0;
    private const int SnapLengthAt = 4;
    private const int OptionsAt = 8;

    // Section 3.5, "Options": code, length, value padded to 32 bits.
    private const int OptionHeaderSize = 4;
    private const int EndOfOptions = 0;
    private const int IfName = 2;
    private const int IfDescription = 3;
    private const int IfTsResol = 9;
    private const int IfTsOffset = 14;

    private const int MaxTextLength = 1024;             // bytes kept of a name or description

    /// <summary>Reads the body; options that do not fit end the list, as other readers do.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, bool swapped, out InterfaceBlock block)
    {
        block = default;
        if (body.Length < OptionsAt)
        {
            return false;
        }

        ushort link = Swap(BitConverter.ToUInt16(body[LinkTypeAt..]), swapped);
        uint snap = BitConverter.ToUInt32(body[SnapLengthAt..]);
        snap = swapped ? BinaryPrimitives.ReverseEndianness(snap) : snap;
        string? name = null;
        string? description = null;
        byte resolution = PcapNgClock.Microseconds;
        long offset = 0;

        ReadOnlySpan<byte> options = body[OptionsAt..];
        while (options.Length >= OptionHeaderSize)
        {
            ushort code = Swap(BitConverter.ToUInt16(options), swapped);
            ushort length = Swap(BitConverter.ToUInt16(options[2..]), swapped);
            if (code == EndOfOptions || length > options.Length - OptionHeaderSize)
            {
                break;
            }

            ReadOnlySpan<byte> value = options.Slice(OptionHeaderSize, length);
            switch (code)
            {
                case IfName:
                    name = ToText(value);
                    break;
                case IfDescription:
                    description = ToText(value);
                    break;
                case IfTsResol when length == 1:
                    resolution = value[0];
                    break;
                case IfTsOffset when length == sizeof(long):
                    offset = BitConverter.ToInt64(value);
                    offset = swapped ? BinaryPrimitives.ReverseEndianness(offset) : offset;
                    break;
            }

            options = options[Math.Min(options.Length, OptionHeaderSize + ((length + 3) & ~3))..];
        }

        block = new InterfaceBlock(LinkTypes.FromFile(link), LinkTypes.SnapLength(snap), name, description, new PcapNgClock(resolution, offset));
        return true;
    }

    private static ushort Swap(ushort value, bool swapped) => swapped ? BinaryPrimitives.ReverseEndianness(value) : value;

    /// <summary>UTF-8 text without its terminator and without control characters; null when nothing is left.</summary>
    private static string? ToText(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxTextLength)]);
        string clean = string.Concat(text.Where(c => !char.IsControl(c))).Trim();
        return clean.Length == 0 ? null : clean;
    }
}

/// <summary>How an interface of a pcapng file counts time: options if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng, section 4.2).</summary>
internal readonly struct PcapNgClock
{
    /// <summary>if_tsresol when the option is missing: 10^-6 seconds.</summary>
    public const byte Microseconds = 6;

    private const byte PowerOfTwo = 0x80;               // the most significant bit: the rest is a power of 2, not of 10
    private const int NanosecondExponent = 9;
    private const int MaxExponent = 19;                 // 10^19 is the largest power of ten in 64 bits

    private readonly ulong _multiplier;                 // nanoseconds per unit, or 0
    private readonly ulong _divisor;                    // units per nanosecond, or 0
    private readonly int _shift;                        // units per second as a power of two
    private readonly long _offset;                      // nanoseconds

    /// <param name="resolution">The value of if_tsresol.</param>
    /// <param name="offset">The value of if_tsoffset: seconds to add.</param>
    public PcapNgClock(byte resolution, long offset)
    {
        int exponent = resolution & ~PowerOfTwo;
        if ((resolution & PowerOfTwo) != 0)
        {
            _shift = exponent;
        }
        else if (exponent <= NanosecondExponent)
        {
            _multiplier = PowerOfTen(NanosecondExponent - exponent);
        }
        else
        {
            _divisor = PowerOfTen(Math.Min(exponent - NanosecondExponent, MaxExponent));
        }

        _offset = Saturate((Int128)offset * UnixTime.NanosecondsPerSecond);
    }

    /// <summary>Nanoseconds since 1970. What does not fit in a long becomes its nearest end: only damaged files get there.</summary>
    public long ToNanoseconds(ulong units)
    {
        if (_multiplier != 0 && _offset == 0 && units <= long.MaxValue / _multiplier)
        {
            return (long)(units * _multiplier);         // nearly every file
        }

        UInt128 nanoseconds = _multiplier != 0 ? (UInt128)units * _multiplier
            : _divisor != 0 ? units / _divisor
            : ((UInt128)units * (ulong)UnixTime.NanosecondsPerSecond) >> _shift;
        return Saturate((Int128)nanoseconds + _offset);
    }

    private static ulong PowerOfTen(int exponent)
    {
        ulong value = 1;
        for (; exponent > 0; exponent--)
        {
            value *= 10;
        }

        return value;
    }

    private static long Saturate(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);
}
