namespace NetMonitor.Inspection.Quic.Decryption;

/// <summary>Walks over the STREAM frames of an opened 1-RTT packet, past all others up to one that closes the connection (RFC 9000 section 19, RFC 9221 section 4, and what drafts in use add).</summary>
/// <param name="payload">Its payload.</param>
internal ref struct QuicStreamFrames(ReadOnlySpan<byte> payload)
{
    private const ulong StreamFirst = 0x08;
    private const ulong StreamLast = 0x0F;
    private const ulong HasOffset = 0x04;
    private const ulong HasLength = 0x02;
    private const int TokenSize = 16;   // of a stateless reset
    private const int PathDataSize = 8;

    private WireReader _reader = new(payload);

    /// <summary>The frame that closes the connection, when <see cref="IsClosed"/>.</summary>
    public QuicFrame Close;

    /// <summary>True when such a frame was met.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The next STREAM frame. False at the end, and at a frame that cannot be read.</summary>
    public bool TryRead(out ulong id, out ulong offset, out ReadOnlySpan<byte> data)
    {
        id = offset = 0;
        data = default;
        while (QuicVarInt.TryRead(ref _reader, out ulong type))
        {
            if (type is >= StreamFirst and <= StreamLast)
            {
                if (!QuicVarInt.TryRead(ref _reader, out id) || ((type & HasOffset) != 0 && !QuicVarInt.TryRead(ref _reader, out offset)))
                {
                    return false;
                }

                return (type & HasLength) != 0 ? QuicVarInt.TryReadVector(ref _reader, out data) : _reader.TryRead(_reader.Rest.Length, out data);
            }

            if (type is QuicFrames.Close or QuicFrames.ApplicationClose)
            {
                IsClosed = QuicFrames.TryReadClose(ref _reader, type == QuicFrames.ApplicationClose, out Close);
                return false;
            }

            if (!TrySkip(type))
            {
                return false;
            }
        }

        return false;
    }

    private bool TrySkip(ulong type)
    {
        switch (type)
        {
            case 0x00 or 0x01 or 0x1E or 0x1F:                       // PADDING, PING, HANDSHAKE_DONE, IMMEDIATE_ACK
                return true;
            case 0x02 or 0x03:                                       // ACK
                return Skip(2) && QuicVarInt.TryRead(ref _reader, out ulong ranges) && ranges <= (ulong)_reader.Rest.Length
                    && Skip(1 + (2 * (int)ranges) + (type == 0x03 ? 3 : 0));
            case 0x04:                                               // RESET_STREAM
                return Skip(3);
            case 0x05 or 0x11 or 0x15:                               // STOP_SENDING, MAX_STREAM_DATA, STREAM_DATA_BLOCKED
                return Skip(2);
            case 0x06:                                               // CRYPTO
                return Skip(1) && QuicVarInt.TryReadVector(ref _reader, out _);
            case 0x07 or 0x31:                                       // NEW_TOKEN, DATAGRAM with a length
                return QuicVarInt.TryReadVector(ref _reader, out _);
            case 0x10 or 0x12 or 0x13 or 0x14 or 0x16 or 0x17 or 0x19 // MAX_DATA, MAX_STREAMS, DATA_BLOCKED, STREAMS_BLOCKED, RETIRE_CONNECTION_ID
                or 0x02F5:                                           // TIMESTAMP (draft-huitema-quic-ts)
                return Skip(1);
            case 0x18:                                               // NEW_CONNECTION_ID
                return Skip(2) && _reader.TryReadVector8(out _) && _reader.TryRead(TokenSize, out _);
            case 0xAF:                                               // ACK_FREQUENCY (draft-ietf-quic-ack-frequency)
                return Skip(4);
            case 0x1A or 0x1B:                                       // PATH_CHALLENGE, PATH_RESPONSE
                return _reader.TryRead(PathDataSize, out _);
            default:                                                 // DATAGRAM to the end, unknown ones
                return false;
        }
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
