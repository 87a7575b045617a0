namespace NetMonitor.Inspection.Text;

/// <summary>POP3 (RFC 1939, RFC 2449) with STLS (RFC 2595). Followed until the user is in: what comes then is mail.</summary>
internal sealed class Pop3(FlowContext context) : TextInspector(context)
{
    private static readonly WordSet Openers = new("CAPA", "STLS", "APOP", "UIDL", "USER", "PASS", "STAT", "LIST", "QUIT", "NOOP");

    private int _commands;
    private int _replies = -1;         // the greeting answers nothing
    private int _startTls = -1;        // the number of the command that asked for TLS
    private int _credentials = -1;     // the number of the command after which the user may be in
    private string? _greeting;
    private bool _loggedIn;

    /// <inheritdoc/>
    public override string Application => "POP3";

    /// <summary>"+OK" with words behind it (Redis and NATS send it alone), or commands of which one is POP3's own.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match match = TextLines.Prefix(bytes, "+OK "u8);
        if (match == Match.Yes)
        {
            match = TextLines.Probe(bytes, out var line);
            return match == Match.Yes && line.Length <= "+OK "u8.Length ? Match.No : match;
        }

        return match == Match.NeedMore ? match : ProbeCommands(bytes);
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        bool isPositive = line.StartsWith("+OK"u8);
        bool isReply = isPositive || line.StartsWith("-ERR"u8) || line.StartsWith("+ "u8); // the last: a step of AUTH, answered with a line
        if (!IsServer(from, isReply))
        {
            ReadCommand(line);
        }
        else if (isReply)
        {
            ReadReply(from, line, isPositive, isFailure: line[0] == '-');
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() =>
        new Pop3Details { Greeting = _greeting, LoggedIn = _loggedIn, StartTls = AskedForTls };

    private static Match ProbeCommands(ReadOnlySpan<byte> bytes)
    {
        for (int lines = 0; lines < TextLines.MostUndecided; lines++)
        {
            if (bytes.IsEmpty)
            {
                return Match.NeedMore;
            }

            Match match = Openers.Probe(bytes);
            match = match == Match.Yes ? TextLines.Probe(bytes, out _) : match;
            if (match != Match.Yes)
            {
                return match;
            }

            TextLines.TryRead(ref bytes, out var line);
            ReadOnlySpan<byte> verb = TextLines.Word(ref line);
            bool bare = line.IsEmpty;
            if (bare && (TextLines.Is(verb, "CAPA"u8) || TextLines.Is(verb, "STLS"u8) || TextLines.Is(verb, "UIDL"u8)))
            {
                return Match.Yes;
            }

            if (TextLines.Is(verb, "APOP"u8) && TextLines.Word(ref line).Length > 0 && line.Length == 32)
            {
                return Match.Yes; // a name and an MD5 in hexadecimal (RFC 1939 section 7)
            }

            if (line.IndexOf(" :"u8) >= 0)
            {
                return Match.No; // IRC's USER (RFC 2812 section 3.1.3)
            }
        }

        return Match.No;
    }

    private void ReadCommand(ReadOnlySpan<byte> line)
    {
        _commands++;
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        if (TextLines.Is(verb, "STLS"u8))
        {
            _startTls = _commands;
            AskForTls();
        }
        else if (!line.IsEmpty && (TextLines.Is(verb, "PASS"u8) || TextLines.Is(verb, "APOP"u8) || TextLines.Is(verb, "AUTH"u8)))
        {
            _credentials = _commands;
        }
    }

    private void ReadReply(Side from, ReadOnlySpan<byte> line, bool isPositive, bool isFailure)
    {
        _replies++;
        if (_replies == 0 && isPositive)
        {
            int stamp = line.IndexOf((byte)'<');
            ReadOnlySpan<byte> text = (stamp < 0 ? line : line[..stamp])["+OK"u8.Length..].Trim((byte)' ');
            if (!text.IsEmpty)
            {
                WireText.Update(ref _greeting, text);
            }

            Changed();
        }
        else if (isPositive && AskedForTls && _replies == _startTls)
        {
            GrantTls(from);
        }
        else if (isPositive && _credentials > 0 && _replies >= _credentials)
        {
            _loggedIn = true;
            Changed();
            Done();
        }
        else if (isFailure && _replies >= _credentials)
        {
            _credentials = -1;
        }
    }
}
