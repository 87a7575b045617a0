namespace NetMonitor.Packets;

/// <summary>
/// One chunk of an SCTP packet, over the bytes it was read from (RFC 9260 section 3.2). Valid once <see cref="TryRead"/> returned true. The value may have been
/// cut by the capture: <see cref="WireLength"/> says how long it was.
/// </summary>
internal readonly ref struct SctpChunk
{
    /// <summary>User data (RFC 9260 section 3.3.1).</summary>
    public const byte Data = 0;

    /// <summary>Begins an association (section 3.3.2).</summary>
    public const byte Init = 1;

    /// <summary>The answer to <see cref="Init"/> (section 3.3.3).</summary>
    public const byte InitAck = 2;

    /// <summary>Of a DATA chunk's value: TSN, stream, sequence number in the stream, payload protocol; the user's bytes follow.</summary>
    public const int DataHeaderSize = 12;

    private const int TypeAt = 0;
    private const int LengthAt = 2;
    private const int HeaderSize = 4;
    private const int Alignment = 4;
    private const int TsnAt = 0;
    private const int StreamAt = 4;
    private const int InitialTsnAt = 12; // of INIT and INIT ACK: tag, window, streams out and in come before
    private const int InitSize = 16;

    private SctpChunk(byte type, ReadOnlySpan<byte> value, int wireLength)
    {
        Type = type;
        Value = value;
        WireLength = wireLength;
    }

    /// <summary>What it is.</summary>
    public byte Type { get; }

    /// <summary>What follows the chunk's header, as far as it was captured.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Bytes of the value on the wire.</summary>
    public int WireLength { get; }

    /// <summary>Takes the chunk at the front of <paramref name="rest"/>, its padding included.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, out SctpChunk chunk)
    {
        chunk = default;
        if (rest.Length < HeaderSize || rest.UInt16At(LengthAt) is var length && length < HeaderSize)
        {
            return false;
        }

        chunk = new SctpChunk(rest[TypeAt], rest[HeaderSize..Math.Min(length, rest.Length)], length - HeaderSize);
        int padded = (length + Alignment - 1) & ~(Alignment - 1);
        rest = rest[Math.Min(padded, rest.Length)..];
        return true;
    }

    /// <summary>A DATA chunk's transmission sequence number, and the stream it belongs to.</summary>
    public bool TryReadData(out uint tsn, out ushort stream)
    {
        bool isData = Type == Data && Value.Length >= DataHeaderSize;
        (tsn, stream) = isData ? (Value.UInt32At(TsnAt), Value.UInt16At(StreamAt)) : default;
        return isData;
    }

    /// <summary>The number that the sender of an INIT or INIT ACK gives its first DATA chunk.</summary>
    public bool TryReadInitial(out uint tsn)
    {
        bool begins = Type is Init or InitAck && Value.Length >= InitSize;
        tsn = begins ? Value.UInt32At(InitialTsnAt) : 0;
        return begins;
    }
}
