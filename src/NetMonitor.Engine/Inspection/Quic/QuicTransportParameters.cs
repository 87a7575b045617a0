namespace NetMonitor.Inspection.Quic;

/// <summary>What is read of a client's transport parameters (RFC 9000 section 18): each an identifier, a length, a value.</summary>
internal ref struct QuicTransportParameters
{
    private const ushort Extension = 0x0039;      // RFC 9001 section 8.2
    private const ushort DraftExtension = 0xFFA5; // drafts up to 32
    private const ulong MaxIdleTimeout = 0x01;    // milliseconds (RFC 9000 section 18.2)
    private const ulong UserAgentId = 0x3129;     // Google's

    /// <summary>The client's max_idle_timeout in milliseconds; 0 when it set none.</summary>
    public ulong IdleTimeout { get; private set; }

    /// <summary>Google's user_agent.</summary>
    public ReadOnlySpan<byte> UserAgent { get; private set; }

    /// <summary>Reads the parameters in the extensions of a ClientHello; what cannot be read is left out.</summary>
    /// <param name="extensions">Type, length, data of each.</param>
    /// <param name="isOld">True for the drafts whose identifiers and lengths have two bytes, after the length of all.</param>
    public static QuicTransportParameters Of(ReadOnlySpan<byte> extensions, bool isOld)
    {
        QuicTransportParameters parameters = default;
        WireReader reader = new(extensions);
        while (reader.TryReadUInt16(out ushort type) && reader.TryReadVector16(out ReadOnlySpan<byte> data))
        {
            if (type is Extension or DraftExtension)
            {
                parameters.Read(data, isOld);
            }
        }

        return parameters;
    }

    private void Read(ReadOnlySpan<byte> data, bool isOld)
    {
        WireReader reader = new(data);
        if (isOld)
        {
            reader = reader.TryReadVector16(out ReadOnlySpan<byte> all) ? new WireReader(all) : default;
        }

        while (TryReadParameter(ref reader, isOld, out ulong id, out ReadOnlySpan<byte> value))
        {
            WireReader content = new(value);
            switch (id)
            {
                case MaxIdleTimeout when QuicVarInt.TryRead(ref content, out ulong milliseconds):
                    IdleTimeout = milliseconds;
                    break;
                case UserAgentId:
                    UserAgent = value;
                    break;
                default:
                    break;
            }
        }
    }

    private static bool TryReadParameter(scoped ref WireReader reader, bool isOld, out ulong id, out ReadOnlySpan<byte> value)
    {
        if (!isOld)
        {
            value = default;
            return QuicVarInt.TryRead(ref reader, out id) && QuicVarInt.TryReadVector(ref reader, out value);
        }

        bool read = reader.TryReadUInt16(out ushort number);
        id = number;
        return reader.TryReadVector16(out value) && read;
    }
}
