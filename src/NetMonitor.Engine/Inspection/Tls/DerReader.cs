namespace NetMonitor.Inspection.Tls;

/// <summary>Reads elements of DER (ITU-T X.690 sections 8.1 and 10.1) from the front of a span. What is not DER ends the reading; nothing
/// throws.</summary>
internal ref struct DerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Integer = 0x02;
    public const byte OctetString = 0x04;
    public const byte ObjectIdentifier = 0x06;
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;

    private const int LongTag = 0x1F;      // a tag in more than one byte; certificates have none
    private const int LongLength = 0x80;   // the low bits count the bytes of the length that follow
    private const int LengthBytes = 3;     // a certificate is shorter than 2^24 bytes (RFC 5246 section 7.4.2)

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The tag of what comes next, or 0 (reserved for BER's end-of-contents) when nothing does.</summary>
    public readonly byte Next => _rest.IsEmpty ? (byte)0 : _rest[0];

    /// <summary>Reads the next element. False, without moving, when it is not whole or not DER.</summary>
    public bool TryRead(out byte tag, out ReadOnlySpan<byte> content)
    {
        WireReader reader = new(_rest);
        content = default;
        if (!reader.TryReadByte(out tag) || (tag & LongTag) == LongTag || !reader.TryReadByte(out byte first))
        {
            return false;
        }

        int length = first;
        if (first >= LongLength)
        {
            int bytes = first - LongLength;
            if (bytes is 0 or > LengthBytes || !reader.TryRead(bytes, out var digits))
            {
                return false;
            }

            length = 0;
            foreach (byte digit in digits)
            {
                length = (length << 8) | digit;
            }
        }

        if (!reader.TryRead(length, out content))
        {
            return false;
        }

        _rest = reader.Rest;
        return true;
    }

    /// <summary>Reads the next element when it has this tag.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        return Next == tag && TryRead(out _, out content);
    }

    /// <summary>Goes past the next element when it has this tag.</summary>
    public bool TrySkip(byte tag) => TryRead(tag, out _);
}
