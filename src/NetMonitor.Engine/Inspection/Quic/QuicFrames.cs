namespace NetMonitor.Inspection.Quic;

/// <summary>The frames of Initial packets that say something.</summary>
internal enum QuicFrameType : byte
{
    Crypto,
    Close,
}

/// <summary>A CRYPTO or CONNECTION_CLOSE frame (RFC 9000 sections 19.6 and 19.19).</summary>
internal ref struct QuicFrame
{
    public QuicFrameType Type;

    /// <summary>Where the data belongs in the handshake's stream.</summary>
    public ulong Offset;

    /// <summary>Handshake bytes; the reason of a close.</summary>
    public ReadOnlySpan<byte> Data;

    public ulong ErrorCode;

    /// <summary>True when the application closed, with a code of its own.</summary>
    public bool IsApplicationError;
}

/// <summary>Walks over the frames of an opened Initial packet.</summary>
/// <param name="payload">Its payload.</param>
/// <param name="format">Whose frames they are.</param>
internal ref struct QuicFrames(ReadOnlySpan<byte> payload, QuicFormat format)
{
    // RFC 9000 section 12.4, those allowed in Initial packets.
    private const byte Padding = 0x00;
    private const byte Ping = 0x01;
    private const byte Ack = 0x02;
    private const byte AckEcn = 0x03;
    private const byte Crypto = 0x06;
    public const byte Close = 0x1C;
    public const byte ApplicationClose = 0x1D;

    // Google QUIC's own.
    private const byte GoogleClose = 0x02;
    private const byte GooglePing = 0x07;
    private const byte GoogleCrypto = 0x08;

    private WireReader _reader = new(payload);

    /// <summary>The next frame that says something. False at the end, and at a frame that cannot be read.</summary>
    public bool TryRead(out QuicFrame frame)
    {
        frame = default;
        while (SkipPadding() && _reader.TryReadByte(out byte type))
        {
            switch (format == QuicFormat.Ietf ? type : FromGoogle(type))
            {
                case Ping:
                    continue;
                case Ack or AckEcn:
                    if (!SkipAck(hasCounts: type == AckEcn))
                    {
                        return false;
                    }

                    continue;
                case Crypto:
                    frame.Type = QuicFrameType.Crypto;
                    return QuicVarInt.TryRead(ref _reader, out frame.Offset) && QuicVarInt.TryReadVector(ref _reader, out frame.Data);
                case Close when format != QuicFormat.Ietf:
                    // Error code in four bytes, the reason after its length in two.
                    frame.Type = QuicFrameType.Close;
                    frame.IsApplicationError = true;
                    bool read = _reader.TryReadUInt32(out uint code) & _reader.TryReadVector16(out frame.Data);
                    frame.ErrorCode = code;
                    return read;
                case Close or ApplicationClose:
                    return TryReadClose(ref _reader, isApplication: type == ApplicationClose, out frame);
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Reads what follows the type of a CONNECTION_CLOSE frame.</summary>
    /// <param name="reader">Behind its type.</param>
    /// <param name="isApplication">By its type: the application closed.</param>
    /// <param name="frame">The result.</param>
    public static bool TryReadClose(scoped ref WireReader reader, bool isApplication, out QuicFrame frame)
    {
        frame = new QuicFrame { Type = QuicFrameType.Close, IsApplicationError = isApplication };
        return QuicVarInt.TryRead(ref reader, out frame.ErrorCode)
            && (isApplication || QuicVarInt.TryRead(ref reader, out _)) // the type of the frame that was wrong
            && QuicVarInt.TryReadVector(ref reader, out frame.Data);
    }

    private static byte FromGoogle(byte type) => type switch
    {
        GooglePing => Ping,
        GoogleCrypto => Crypto,
        GoogleClose => Close,
        _ => byte.MaxValue,
    };

    private bool SkipPadding()
    {
        int length = _reader.Rest.IndexOfAnyExcept(Padding);
        return length >= 0 && _reader.TryRead(length, out _);
    }

    /// <summary>Largest Acknowledged, ACK Delay, ACK Range Count, First ACK Range, then ranges of two, then three ECN counts (RFC 9000
    /// section 19.3).</summary>
    private bool SkipAck(bool hasCounts)
    {
        if (!Skip(2) || !QuicVarInt.TryRead(ref _reader, out ulong ranges) || ranges > (ulong)_reader.Rest.Length)
        {
            return false;
        }

        return Skip(1 + (2 * (int)ranges) + (hasCounts ? 3 : 0));
    }

    private bool Skip(int integers)
    {
        for (int i = 0; i < integers; i++)
        {
            if (!QuicVarInt.TryRead(ref _reader, out _))
            {
                return false;
            }
        }

        return true;
    }
}
