namespace NetMonitor.Packets;

/// <summary>
/// The options of a TCP header that say something about the connection. Read on demand, from a SYN mostly; a plain value, so nothing is
/// allocated.
/// </summary>
/// <remarks>
/// Options: RFC 9293 section 3.2; window scale and timestamps: RFC 7323 sections 2.2 and 3.2; SACK permitted: RFC 2018 section 2.
/// </remarks>
public readonly struct TcpOptions
{
    private const byte KindEnd = 0;
    private const byte KindNoOperation = 1;
    private const byte KindMaximumSegmentSize = 2;
    private const byte KindWindowScale = 3;
    private const byte KindSackPermitted = 4;
    private const byte KindTimestamps = 8;

    /// <summary>RFC 7323 section 2.3: larger shift counts are to be used as 14.</summary>
    internal const byte LargestWindowScale = 14;

    /// <summary>The largest segment the sender takes, in bytes; null when not said.</summary>
    public ushort? MaximumSegmentSize { get; private init; }

    /// <summary>How many bits the sender's windows are to be shifted left; null when not said.</summary>
    public byte? WindowScale { get; private init; }

    /// <summary>The sender takes selective acknowledgments.</summary>
    public bool SackPermitted { get; private init; }

    /// <summary>The timestamps option is there.</summary>
    public bool HasTimestamps { get; private init; }

    /// <summary>The sender's clock, when <see cref="HasTimestamps"/>.</summary>
    public uint TimestampValue { get; private init; }

    /// <summary>The receiver's clock as the sender last saw it, when <see cref="HasTimestamps"/>.</summary>
    public uint TimestampEcho { get; private init; }

    /// <summary>
    /// Reads the options of the TCP header that starts at <see cref="Packet.TransportOffset"/>. Stops at the first that is malformed or was
    /// not captured.
    /// </summary>
    /// <param name="segment">Bytes from the first byte of the TCP header on.</param>
    public static TcpOptions Read(ReadOnlySpan<byte> segment)
    {
        TcpOptions options = default;
        if (!TcpHeader.TryParse(segment, out TcpHeader header))
        {
            return options;
        }

        int end = Math.Min(header.Size, segment.Length);
        int at = TcpHeader.MinimumSize;
        while (at < end && segment[at] != KindEnd)
        {
            if (segment[at] == KindNoOperation)
            {
                at++;
                continue;
            }

            int length = at + 1 < end ? segment[at + 1] : 0;
            if (length < 2 || at + length > end)
            {
                break;
            }

            switch (segment[at], length)
            {
                case (KindMaximumSegmentSize, 4):
                    options = options with { MaximumSegmentSize = segment.UInt16At(at + 2) };
                    break;
                case (KindWindowScale, 3):
                    options = options with { WindowScale = Math.Min(segment[at + 2], LargestWindowScale) };
                    break;
                case (KindSackPermitted, 2):
                    options = options with { SackPermitted = true };
                    break;
                case (KindTimestamps, 10):
                    options = options with
                    {
                        HasTimestamps = true,
                        TimestampValue = segment.UInt32At(at + 2),
                        TimestampEcho = segment.UInt32At(at + 6),
                    };
                    break;
            }

            at += length;
        }

        return options;
    }
}
