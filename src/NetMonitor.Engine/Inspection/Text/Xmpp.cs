namespace NetMonitor.Inspection.Text;

/// <summary>XMPP (RFC 6120) tag by tag: the opening of streams and the way to TLS (section 5). Followed until the client
/// authenticates.</summary>
internal sealed class Xmpp(FlowContext context) : TextInspector(context)
{
    private const byte TagEnd = (byte)'>';
    private const byte TagStart = (byte)'<';

    private string? _to;
    private string? _from;
    private bool _isServerToServer;

    /// <inheritdoc/>
    public override string Application => "XMPP";

    /// <summary>The opening of a stream (section 4.2), perhaps behind an XML declaration.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> declaration = "<?xml "u8;
        Match match = TextLines.Prefix(bytes, declaration);
        if (match == Match.NeedMore)
        {
            return match;
        }

        if (match == Match.Yes)
        {
            int end = bytes.IndexOf(TagEnd);
            if (end < 0)
            {
                return Match.NeedMore;
            }

            bytes = bytes[(end + 1)..].TrimStart(" \t\r\n"u8);
            if (bytes.IsEmpty)
            {
                return Match.NeedMore;
            }
        }

        match = TextLines.Prefix(bytes, "<stream:stream "u8);
        if (match != Match.Yes)
        {
            return match;
        }

        int tagEnd = bytes.IndexOf(TagEnd);
        return tagEnd < 0 ? Match.NeedMore : bytes[..tagEnd].IndexOf("http://etherx.jabber.org/streams"u8) >= 0 ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    protected override int EndOfUnit(ReadOnlySpan<byte> bytes) => bytes.IndexOf(TagEnd) + 1;

    /// <inheritdoc/>
    protected override long Read(Side from, ReadOnlySpan<byte> unit)
    {
        ReadOnlySpan<byte> tag = unit[(unit.LastIndexOf(TagStart) + 1)..];
        if (tag.StartsWith("stream:stream "u8))
        {
            ReadStream(from, tag);
        }
        else if (tag.StartsWith("starttls"u8))
        {
            ReadStartTls(from);
        }
        else if (tag.StartsWith("proceed"u8))
        {
            GrantTls(from);
        }
        else if (tag.StartsWith("auth "u8))
        {
            Done();
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() =>
        new XmppDetails { To = _to, From = _from, IsServerToServer = _isServerToServer, StartTls = AskedForTls };

    /// <summary>The value of an attribute, in either kind of quotes; empty when absent.</summary>
    private static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> nameAndEquals)
    {
        int at = tag.IndexOf(nameAndEquals);
        ReadOnlySpan<byte> rest = at < 0 ? default : tag[(at + nameAndEquals.Length)..];
        if (rest.IsEmpty || rest[0] is not ((byte)'\'' or (byte)'"'))
        {
            return default;
        }

        int end = rest[1..].IndexOf(rest[0]);
        return end < 0 ? default : rest.Slice(1, end);
    }

    /// <summary>The domain of localpart@domain/resource (RFC 7622 section 3.1).</summary>
    private static ReadOnlySpan<byte> Domain(ReadOnlySpan<byte> address)
    {
        int resource = address.IndexOf((byte)'/');
        address = resource < 0 ? address : address[..resource];
        return address[(address.LastIndexOf((byte)'@') + 1)..];
    }

    private void ReadStream(Side side, ReadOnlySpan<byte> tag)
    {
        // The answer's "to" is the client; what the connection was opened to is its first "to", or the answer's "from".
        ReadOnlySpan<byte> to = Domain(Attribute(tag, " to="u8));
        ReadOnlySpan<byte> from = Domain(Attribute(tag, " from="u8));
        _ = IsServer(from: side, looksLikeServer: !Attribute(tag, " id="u8).IsEmpty); // The answer has an id (section 4.7.3).
        bool isServer = Attribute(tag, " xmlns="u8).SequenceEqual("jabber:server"u8);
        bool changed = isServer != _isServerToServer;
        _isServerToServer = isServer;
        changed |= _to is null && !to.IsEmpty && WireText.Update(ref _to, to);
        changed |= _from is null && !from.IsEmpty && WireText.Update(ref _from, from);
        if (changed)
        {
            Changed();
        }
    }

    /// <summary>The server lists it among its features; alone it is the client's request.</summary>
    private void ReadStartTls(Side from)
    {
        if (!IsServer(from, looksLikeServer: true))
        {
            AskForTls();
        }
    }
}
