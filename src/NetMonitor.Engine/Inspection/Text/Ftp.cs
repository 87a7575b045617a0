namespace NetMonitor.Inspection.Text;

/// <summary>The control connection of FTP (RFC 959, with the commands of RFC 2228, 2389, 2428, 3659, 4217, 7151).</summary>
internal sealed class Ftp(FlowContext context) : TextInspector(context)
{
    // RFC 959 section 5.4, RFC 4217 section 4
    private const int SystemType = 215;
    private const int ServiceReadyCode = 220;
    private const int LoggedIn = 230;
    private const int SecurityAccepted = 234;

    /// <summary>Commands that only FTP has. MODE, AUTH, RETR and DELE are told by their argument.</summary>
    private static readonly WordSet Own = new(
        "FEAT", "OPTS", "SYST", "PWD", "XPWD", "TYPE", "PASV", "EPSV", "PORT", "EPRT", "CWD", "CDUP", "STOR", "MKD", "RMD", "RNFR", "RNTO", "SIZE",
        "MDTM", "MLSD", "MLST", "NLST", "PBSZ", "PROT", "CLNT", "SITE", "ABOR", "STOU", "APPE", "STRU");

    /// <summary>All it may begin with: those above, and those that POP3, SMTP and IRC have too.</summary>
    private static readonly WordSet All = new(
        "FEAT", "OPTS", "SYST", "PWD", "XPWD", "TYPE", "PASV", "EPSV", "PORT", "EPRT", "CWD", "CDUP", "STOR", "MKD", "RMD", "RNFR", "RNTO", "SIZE",
        "MDTM", "MLSD", "MLST", "NLST", "PBSZ", "PROT", "CLNT", "SITE", "ABOR", "STOU", "APPE", "STRU",
        "USER", "PASS", "ACCT", "QUIT", "NOOP", "LIST", "STAT", "HELP", "RETR", "DELE", "MODE", "AUTH", "HOST", "REST");

    private string? _user;
    private string? _software;
    private string? _system;
    private bool _loggedIn;

    /// <inheritdoc/>
    public override string Application => "FTP";

    /// <summary>A greeting that names FTP, or a command that only FTP has; what others have too leaves it to the next line.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (!char.IsAsciiDigit((char)bytes[0]))
        {
            return ProbeCommands(bytes);
        }

        return ServiceReady.Tell(bytes) switch
        {
            ServiceReady.Service.Ftp => Match.Yes,
            ServiceReady.Service.Undecided => Match.NeedMore,
            _ => ProbeReply(bytes),
        };
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        bool isReply = TextLines.TryReadReply(line, out int code, out _, out var text);
        if (!IsServer(from, isReply))
        {
            ReadCommand(line);
        }
        else if (isReply)
        {
            ReadReply(from, code, text);
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() =>
        new FtpDetails { User = _user, Software = _software, System = _system, LoggedIn = _loggedIn, StartTls = AskedForTls };

    private static Match ProbeCommands(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Match match = All.Probe(bytes);
            match = match == Match.Yes ? TextLines.Probe(bytes, out _) : match;
            if (match != Match.Yes)
            {
                return match;
            }

            TextLines.TryRead(ref bytes, out var line);
            ReadOnlySpan<byte> verb = TextLines.Word(ref line);
            match = Own.Contains(verb) ? Match.Yes : ProbeArgument(verb, line);
            if (match != Match.NeedMore)
            {
                return match;
            }
        }

        return Match.NeedMore;
    }

    private static Match ProbeArgument(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> argument)
    {
        if (TextLines.Is(verb, "AUTH"u8))
        {
            return TextLines.StartsWith(argument, "TLS"u8) || TextLines.StartsWith(argument, "SSL"u8) ? Match.Yes : Match.No;
        }

        if (TextLines.Is(verb, "MODE"u8))
        {
            return argument.Length == 1 ? Match.Yes : Match.No; // S, B, C or Z; IRC and NNTP have longer ones
        }

        if (TextLines.Is(verb, "RETR"u8) || TextLines.Is(verb, "DELE"u8))
        {
            bool isNumber = !argument.ContainsAnyExceptInRange((byte)'0', (byte)'9'); // a message of POP3, perhaps
            return isNumber ? Match.NeedMore : Match.Yes;
        }

        // IRC has a USER with a name behind a colon (RFC 2812 section 3.1.3).
        return argument.IndexOf(" :"u8) >= 0 ? Match.No : Match.NeedMore;
    }

    /// <summary>Joined after the greeting: replies whose code and words are FTP's (RFC 959 section 5.4, RFC 2428 section 3).</summary>
    private static Match ProbeReply(ReadOnlySpan<byte> bytes)
    {
        const int CodeSize = 4; // with its space
        if (bytes.Length < CodeSize)
        {
            return bytes[0] is (byte)'1' or (byte)'2' or (byte)'3' && !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? Match.NeedMore : Match.No;
        }

        Match line = TextLines.Probe(bytes, out var first);
        if (line != Match.Yes)
        {
            return bytes[0] is (byte)'1' or (byte)'2' or (byte)'3' && bytes[CodeSize - 1] is (byte)' ' or (byte)'-' ? line : Match.No;
        }

        bool fits = TextLines.TryReadReply(first, out int code, out _, out var text) && code switch
        {
            150 => TextLines.Contains(text, "data connection"u8),
            226 => TextLines.Contains(text, "transfer"u8),
            227 => TextLines.StartsWith(text, "Entering Passive Mode"u8),
            229 => TextLines.StartsWith(text, "Entering Extended Passive Mode"u8),
            230 => TextLines.Contains(text, "logged in"u8),
            331 => TextLines.Contains(text, "password"u8),
            _ => false,
        };
        return fits ? Match.Yes : Match.No;
    }

    private void ReadCommand(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        if (TextLines.Is(verb, "USER"u8) && WireText.Update(ref _user, line))
        {
            Changed();
        }
        else if (TextLines.Is(verb, "AUTH"u8) && !AskedForTls)
        {
            AskForTls();
        }
    }

    private void ReadReply(Side from, int code, ReadOnlySpan<byte> text)
    {
        switch (code)
        {
            case ServiceReadyCode when _software is null:
                // Greetings are often framed.
                text = text.Trim("-=*# \t"u8);
                if (!text.IsEmpty && WireText.Update(ref _software, text))
                {
                    Changed();
                }

                break;
            case SystemType when WireText.Update(ref _system, text):
                Changed();
                break;
            case LoggedIn when !_loggedIn:
                _loggedIn = true;
                Changed();
                break;
            case SecurityAccepted:
                GrantTls(from);
                break;
            default:
                break;
        }
    }
}
