namespace NetMonitor.Inspection.Text;

/// <summary>NNTP (RFC 3977) with STARTTLS (RFC 4642) and AUTHINFO (RFC 4643). Followed until a newsgroup is selected.</summary>
internal sealed class Nntp(FlowContext context) : TextInspector(context)
{
    // RFC 3977 section 5.1.1, RFC 4642 section 2.2.1
    private const int PostingAllowed = 200;
    private const int PostingProhibited = 201;
    private const int ContinueWithTls = 382;

    private static readonly WordSet Openers = new("CAPABILITIES", "MODE", "AUTHINFO", "GROUP", "XOVER", "NEWGROUPS");

    private string? _greeting;
    private string? _group;

    /// <inheritdoc/>
    public override string Application => "NNTP";

    /// <summary>A greeting 200 or 201 that names NNTP or news, or a command that only NNTP has.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match allowed = TextLines.Prefix(bytes, "200 "u8);
        Match match = allowed != Match.No ? allowed : TextLines.Prefix(bytes, "201 "u8);
        bool isGreeting = match != Match.No;
        match = isGreeting ? match : Openers.Probe(bytes);
        match = match == Match.Yes ? TextLines.Probe(bytes, out _) : match;
        if (match != Match.Yes)
        {
            return match;
        }

        TextLines.TryRead(ref bytes, out var line);
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        bool namesNews = TextLines.Contains(line, "NNTP"u8) || TextLines.Contains(line, "InterNetNews"u8)
            || TextLines.Contains(line, "posting"u8);
        bool fits = isGreeting ? namesNews
            : TextLines.Is(verb, "MODE"u8) ? TextLines.Is(line, "READER"u8) || TextLines.Is(line, "STREAM"u8)
            : TextLines.Is(verb, "AUTHINFO"u8) ? TextLines.StartsWith(line, "USER "u8) || TextLines.StartsWith(line, "SASL "u8)
            : TextLines.Is(verb, "GROUP"u8) ? line.Contains((byte)'.')
            : TextLines.Is(verb, "CAPABILITIES"u8) ? line.IsEmpty
            : char.IsAsciiDigit((char)(line.IsEmpty ? 0 : line[0]));
        return fits ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        bool isReply = TextLines.TryReadReply(line, out int code, out _, out var text);
        if (!IsServer(from, isReply))
        {
            ReadOnlySpan<byte> verb = TextLines.Word(ref line);
            if (TextLines.Is(verb, "STARTTLS"u8))
            {
                AskForTls();
            }
            else if (TextLines.Is(verb, "GROUP"u8) && WireText.Update(ref _group, line))
            {
                Changed();
            }
        }
        else if (isReply && code is PostingAllowed or PostingProhibited && _greeting is null && !text.IsEmpty)
        {
            WireText.Update(ref _greeting, text);
            Changed();
        }
        else if (isReply && code == ContinueWithTls)
        {
            GrantTls(from);
        }

        if (_group is not null && _greeting is not null)
        {
            Done();
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() =>
        new NntpDetails { Greeting = _greeting, Group = _group, StartTls = AskedForTls };
}
