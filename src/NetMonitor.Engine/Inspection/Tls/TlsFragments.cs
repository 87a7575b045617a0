namespace NetMonitor.Inspection.Tls;

/// <summary>Handshake bytes across the records that carry them (RFC 8446 section 5.1: messages may be split and coalesced). The first record is a
/// handshake record; <c>handled</c> of its bytes are not counted.</summary>
internal static class TlsFragments
{
    /// <summary>The content of the first record, as far as it is there.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> window)
    {
        TlsRecord.TryParse(window, out TlsRecord record);
        return window.Slice(TlsRecord.HeaderSize, Math.Min(record.Length, window.Length - TlsRecord.HeaderSize));
    }

    /// <summary>Counts the handshake bytes up to the first record of another type.</summary>
    /// <param name="window">The stream.</param>
    /// <param name="handled">Bytes of the first record not to count.</param>
    /// <param name="records">Size of the records that are whole, headers included.</param>
    /// <param name="interrupted">True when a record of another type follows.</param>
    public static int Measure(ReadOnlySpan<byte> window, int handled, out int records, out bool interrupted)
    {
        int available = -handled;
        records = 0;
        interrupted = false;
        while (records < window.Length)
        {
            Match match = TlsRecord.TryParse(window[records..], out TlsRecord record);
            if (match == Match.NeedMore)
            {
                break;
            }

            if (match == Match.No || record.Type != TlsContentType.Handshake)
            {
                interrupted = true;
                break;
            }

            int there = window.Length - records - TlsRecord.HeaderSize;
            available += Math.Min(record.Length, there);
            if (there < record.Length)
            {
                break;
            }

            records += TlsRecord.HeaderSize + record.Length;
        }

        return available;
    }

    /// <summary>Copies handshake bytes until <paramref name="destination"/> is full or there are no more.</summary>
    /// <returns>Bytes copied.</returns>
    public static int Gather(ReadOnlySpan<byte> window, int handled, Span<byte> destination)
    {
        int copied = 0;
        while (copied < destination.Length && TlsRecord.TryParse(window, out TlsRecord record) == Match.Yes && record.Type == TlsContentType.Handshake)
        {
            ReadOnlySpan<byte> content = First(window);
            ReadOnlySpan<byte> part = content[handled..Math.Min(content.Length, handled + destination.Length - copied)];
            part.CopyTo(destination[copied..]);
            copied += part.Length;
            handled = 0;
            window = window[(TlsRecord.HeaderSize + content.Length)..];
        }

        return copied;
    }

    /// <summary>Goes past <paramref name="count"/> handshake bytes that are there.</summary>
    /// <param name="window">The stream.</param>
    /// <param name="handled">Bytes of the first record already handled; afterwards, of the record that is then first.</param>
    /// <param name="count">Bytes to pass.</param>
    /// <returns>Size of the records left behind, headers included.</returns>
    public static int Skip(ReadOnlySpan<byte> window, ref int handled, int count)
    {
        int at = 0;
        while (TlsRecord.TryParse(window[at..], out TlsRecord record) == Match.Yes && handled + count >= record.Length)
        {
            count -= record.Length - handled;
            handled = 0;
            at += TlsRecord.HeaderSize + record.Length;
            if (count == 0)
            {
                return at;
            }
        }

        handled += count;
        return at;
    }
}
