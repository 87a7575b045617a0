using System.Buffers.Binary;

namespace NetMonitor.Inspection.Http2;

/// <summary>Frame types (RFC 9113 section 6).</summary>
internal enum Http2FrameType : byte
{
    Data = 0,
    Headers = 1,
    Settings = 4,
    PushPromise = 5,
    GoAway = 7,
    Continuation = 9,
}

/// <summary>The header of a frame (RFC 9113 section 4.1).</summary>
internal readonly record struct Http2Frame(int Length, Http2FrameType Type, byte Flags, uint Stream)
{
    // Length (24), Type (8), Flags (8), Reserved (1), Stream Identifier (31)
    private const int TypeAt = 3;
    private const int FlagsAt = 4;
    private const int StreamAt = 5;

    /// <summary>Bytes of it.</summary>
    public const int HeaderSize = 9;

    private const byte EndHeaders = 0x4;
    private const byte Padded = 0x8;
    private const byte Priority = 0x20;
    private const int PrioritySize = 5;    // of HEADERS with that flag (section 6.2)
    private const int PromisedStreamSize = 4;

    /// <summary>What a client opens with (section 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Bytes with the header.</summary>
    public int Size => HeaderSize + Length;

    /// <summary>True when no CONTINUATION follows.</summary>
    public bool EndsHeaders => (Flags & EndHeaders) != 0;

    /// <summary>Reads the header, when it is there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Http2Frame frame)
    {
        if (bytes.Length < HeaderSize)
        {
            frame = default;
            return false;
        }

        int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8);
        uint stream = BinaryPrimitives.ReadUInt32BigEndian(bytes[StreamAt..]) & int.MaxValue;
        frame = new Http2Frame(length, (Http2FrameType)bytes[TypeAt], bytes[FlagsAt], stream);
        return true;
    }

    /// <summary>The part of the header block in a frame of HEADERS, PUSH_PROMISE or CONTINUATION.</summary>
    public bool TryGetFragment(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> fragment)
    {
        fragment = payload;
        if (Type == Http2FrameType.Continuation)
        {
            return true;
        }

        int padding = 0;
        int before = 0;
        if ((Flags & Padded) != 0)
        {
            padding = payload.IsEmpty ? 0 : payload[0];
            before++;
        }

        before += Type == Http2FrameType.PushPromise ? PromisedStreamSize : (Flags & Priority) != 0 ? PrioritySize : 0;
        if (before + padding > payload.Length)
        {
            return false;
        }

        fragment = payload[before..^padding];
        return true;
    }

    /// <summary>What a DATA frame carries (section 6.1).</summary>
    public bool TryGetContent(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> content)
    {
        content = payload;
        if ((Flags & Padded) == 0)
        {
            return true;
        }

        if (payload.IsEmpty || payload[0] >= payload.Length)
        {
            return false;
        }

        content = payload[1..^payload[0]];
        return true;
    }

    /// <summary>The preface of a client, or the settings a server opens with (section 3.4): parameters with numbers that exist.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        int there = Math.Min(bytes.Length, Preface.Length);
        if (bytes[..there].SequenceEqual(Preface[..there]))
        {
            return there < Preface.Length ? Match.NeedMore : Match.Yes;
        }

        return ProbeSettings(bytes);
    }

    private static Match ProbeSettings(ReadOnlySpan<byte> bytes)
    {
        const int ParameterSize = 6;   // Identifier (16), Value (32)
        const int LongestSettings = 16 * ParameterSize;
        const int LastParameter = 9;   // of the IANA registry "HTTP/2 Settings"
        ReadOnlySpan<byte> zeros = [0, 0];
        int there = Math.Min(bytes.Length, zeros.Length);
        if (!bytes[..there].SequenceEqual(zeros[..there])
            || (bytes.Length > zeros.Length && (bytes[zeros.Length] % ParameterSize != 0 || bytes[zeros.Length] is 0 or > LongestSettings))
            || (bytes.Length > TypeAt && bytes[TypeAt] != (byte)Http2FrameType.Settings)
            || bytes[Math.Min(bytes.Length, FlagsAt)..Math.Min(bytes.Length, HeaderSize)].ContainsAnyExcept((byte)0))
        {
            return Match.No;
        }

        if (!TryParse(bytes, out Http2Frame frame))
        {
            return Match.NeedMore;
        }

        ReadOnlySpan<byte> parameters = bytes[HeaderSize..Math.Min(bytes.Length, frame.Size)];
        for (; parameters.Length >= sizeof(ushort); parameters = parameters[Math.Min(parameters.Length, ParameterSize)..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(parameters) is 0 or > LastParameter)
            {
                return Match.No;
            }
        }

        return bytes.Length < frame.Size ? Match.NeedMore : Match.Yes;
    }
}
