namespace NetMonitor.Inspection.Text;

/// <summary>The control connection of FTP (RFC 959, with the commands of RFC 2228, 2389, 2428, 3659, 4217, 7151).</summary>
internal sealed class Ftp(FlowContext context) : TextInspector(context)
{
    // RFC 959 section 5.4, RFC 4217 section 4
    private const int SystemType = 215;
    private const int ServiceReadyCode = 220;
    private const int Passive = 227;
    private const int ExtendedPassive = 229; // RFC 2428 section 3
    private const int LoggedIn = 230;
    private const int SecurityAccepted = 234;

    /// <summary>Commands that only FTP has and that stand alone.</summary>
    private static readonly WordSet Bare = new("FEAT", "SYST", "PWD", "XPWD", "PASV", "EPSV", "CDUP", "ABOR");

    /// <summary>Commands with a letter: "TYPE I", "PROT P".</summary>
    private static readonly WordSet Lettered = new("TYPE", "MODE", "STRU", "PROT");

    /// <summary>Commands with words behind them, which a sentence may begin with too.</summary>
    private static readonly WordSet Worded = new(
        "CWD", "STOR", "APPE", "MKD", "RMD", "RNFR", "RNTO", "SIZE", "MDTM", "MLSD", "MLST", "NLST", "CLNT", "SITE", "RETR", "DELE", "HOST",
        "REST");

    /// <summary>All that it is known by, and those that POP3, SMTP and IRC have too.</summary>
    private static readonly WordSet All = new(
        [Bare, Lettered, Worded], "AUTH", "PORT", "EPRT", "OPTS", "PBSZ", "USER", "PASS", "ACCT", "QUIT", "NOOP", "LIST", "STAT", "HELP");

    private string? _user;
    private string? _software;
    private string? _system;
    private bool _loggedIn;
    private readonly List<ushort> _expected = [];

    /// <summary>How the connections are called that it announces.</summary>
    public const string Data = "FTP-DATA";

    /// <inheritdoc/>
    public override string Application => "FTP";

    /// <inheritdoc/>
    internal override List<ushort> ExpectedPorts => _expected;

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
        int worded = 0;
        for (int lines = 0; lines < TextLines.MostUndecided; lines++)
        {
            if (bytes.IsEmpty)
            {
                return Match.NeedMore;
            }

            Match match = All.Probe(bytes);
            match = match == Match.Yes ? TextLines.Probe(bytes, out _) : match;
            if (match != Match.Yes)
            {
                return match;
            }

            TextLines.TryRead(ref bytes, out var line);
            ReadOnlySpan<byte> verb = TextLines.Word(ref line);
            match = ProbeArgument(verb, line);
            worded += match == Match.NeedMore && Worded.Contains(verb) && line.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? 1 : 0;
            if (match != Match.NeedMore || worded > 1)
            {
                return match == Match.No ? Match.No : Match.Yes;
            }
        }

        return Match.No;
    }

    /// <summary>NeedMore where the line may be another protocol's.</summary>
    private static Match ProbeArgument(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> argument)
    {
        bool isOnlyFtp = Bare.Contains(verb) ? argument.IsEmpty
            : Lettered.Contains(verb) ? argument.Length == 1 || (TextLines.Is(verb, "TYPE"u8) && argument.Length == 3) // "TYPE A N"
            : TextLines.Is(verb, "AUTH"u8) ? TextLines.StartsWith(argument, "TLS"u8) || TextLines.StartsWith(argument, "SSL"u8)
            : TextLines.Is(verb, "PORT"u8) ? argument.Count((byte)',') == 5
            : TextLines.Is(verb, "EPRT"u8) ? argument.Count((byte)'|') == 4
            : TextLines.Is(verb, "OPTS"u8) ? !argument.IsEmpty
            : TextLines.Is(verb, "PBSZ"u8) && argument.SequenceEqual("0"u8);
        if (isOnlyFtp)
        {
            return Match.Yes;
        }

        // AUTH, MODE and others mean something else elsewhere; so does IRC's USER, which ends in a name behind a colon (RFC 2812 section
        // 3.1.3).
        bool isForeign = Bare.Contains(verb) || Lettered.Contains(verb) || TextLines.Is(verb, "AUTH"u8) || argument.IndexOf(" :"u8) >= 0;
        return isForeign ? Match.No : Match.NeedMore;
    }

    /// <summary>Joined after the greeting: replies whose code and words are FTP's (RFC 959 section 5.4, RFC 2428 section 3).</summary>
    private static Match ProbeReply(ReadOnlySpan<byte> bytes)
    {
        const int CodeSize = 4; // with its space
        ReadOnlySpan<byte> digits = bytes[..Math.Min(bytes.Length, CodeSize - 1)];
        if (bytes[0] is not ((byte)'1' or (byte)'2' or (byte)'3') || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || bytes.Length >= CodeSize && bytes[CodeSize - 1] is not ((byte)' ' or (byte)'-'))
        {
            return Match.No;
        }

        Match line = TextLines.Probe(bytes, out var first);
        if (line != Match.Yes)
        {
            return line;
        }

        bool fits = TextLines.TryReadReply(first, out int code, out _, out var text) && code switch
        {
            150 => TextLines.Contains(text, "data connection"u8),
            226 => TextLines.Contains(text, "transfer"u8),
            Passive => TextLines.StartsWith(text, "Entering Passive Mode"u8),
            ExtendedPassive => TextLines.StartsWith(text, "Entering Extended Passive Mode"u8),
            LoggedIn => TextLines.Contains(text, "logged in"u8),
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
        else if ((TextLines.Is(verb, "PORT"u8) && FtpPort.TryRead(line, out ushort port)) || (TextLines.Is(verb, "EPRT"u8) && FtpPort.TryReadExtended(line, out port)))
        {
            Expect(port);
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
            case Passive when FtpPort.TryRead(text, out ushort port):
                Expect(port);
                break;
            case ExtendedPassive when FtpPort.TryReadExtended(text, out ushort port):
                Expect(port);
                break;
            default:
                break;
        }
    }

    private void Expect(ushort port)
    {
        _expected.Add(port);
        Changed();
    }
}
