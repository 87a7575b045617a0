namespace NetMonitor.Inspection.Text;

/// <summary>What of a URI may be kept: passwords, parameters and queries may not.</summary>
internal static class TextUri
{
    /// <summary>Sets <paramref name="text"/> to user@host of a SIP URI, or the number of a tel URI, perhaps in angle brackets (RFC 3261
    /// section 20.10).</summary>
    /// <returns>True when it changed.</returns>
    public static bool UpdateAddress(ref string? text, ReadOnlySpan<byte> value)
    {
        int open = value.LastIndexOf((byte)'<'); // a name in quotes may have one too
        ReadOnlySpan<byte> uri = open < 0 ? value : value[(open + 1)..];
        int close = uri.IndexOfAny((byte)'>', (byte)' ');
        uri = close < 0 ? uri : uri[..close];
        uri = uri[(uri.IndexOf((byte)':') + 1)..];

        // The user may have parameters of its own, and a password behind a colon (RFC 3261 section 19.1.1), which must not have an "@" but
        // perhaps does; parameters and headers of the whole may.
        int at = uri.IndexOf((byte)'@');
        int hostEnd = uri[(at + 1)..].IndexOfAny((byte)';', (byte)'?');
        uri = hostEnd < 0 ? uri : uri[..(at + 1 + hostEnd)];
        at = uri.LastIndexOf((byte)'@');
        ReadOnlySpan<byte> host = uri[(at + 1)..];
        ReadOnlySpan<byte> user = at < 0 ? default : uri[..at];
        int userEnd = user.IndexOfAny((byte)':', (byte)';');
        if (host.IsEmpty)
        {
            return false;
        }

        if (at < 0)
        {
            return WireText.Update(ref text, host);
        }

        if (userEnd < 0)
        {
            return WireText.Update(ref text, uri);
        }

        string now = $"{WireText.Clean(user[..userEnd])}@{WireText.Clean(host)}";
        bool changed = now != text;
        text = now;
        return changed;
    }

    /// <summary>Sets <paramref name="text"/> to host and path of "scheme://user:password@host/path?query".</summary>
    /// <returns>True when it changed.</returns>
    public static bool UpdatePath(ref string? text, ReadOnlySpan<byte> uri)
    {
        int scheme = uri.IndexOf("://"u8);
        ReadOnlySpan<byte> rest = scheme < 0 ? uri : uri[(scheme + "://"u8.Length)..];
        int query = rest.IndexOfAny((byte)'?', (byte)'#');
        rest = query < 0 ? rest : rest[..query];
        int path = rest.IndexOf((byte)'/');
        int user = (path < 0 ? rest : rest[..path]).LastIndexOf((byte)'@');
        return WireText.Update(ref text, rest[(user + 1)..], InspectionLimits.PathCharacters);
    }
}
