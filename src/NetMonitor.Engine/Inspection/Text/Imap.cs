using System.Buffers;
using System.Buffers.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>IMAP (RFC 9051, RFC 3501) with STARTTLS. Followed until the user is in: what comes then is mail.</summary>
internal sealed class Imap(FlowContext context) : TextInspector(context)
{
    private const int LongestTag = 16; // bytes; the RFC has no limit, programs use up to ten
    private static readonly SearchValues<byte> TagBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789."u8);

    /// <summary>Commands, of which each says IMAP behind a tag (RFC 9051 section 6).</summary>
    private static readonly WordSet Commands = new(
        "CAPABILITY", "STARTTLS", "LOGIN", "AUTHENTICATE", "LOGOUT", "NOOP", "ID", "NAMESPACE", "SELECT", "EXAMINE", "LSUB", "IDLE",
        "ENABLE");

    /// <summary>Those that come after the user is in.</summary>
    private static readonly WordSet Authenticated = new(
        "SELECT", "EXAMINE", "LIST", "LSUB", "STATUS", "FETCH", "UID", "IDLE", "APPEND", "SEARCH", "STORE");

    private readonly byte[] _tag = new byte[LongestTag]; // of the command whose answer matters
    private int _tagLength;
    private bool _tagIsStartTls;
    private bool _clientContinues;     // behind a literal the same command goes on
    private bool _serverContinues;
    private bool _greeted;
    private bool _loggedIn;
    private string? _greeting;

    /// <inheritdoc/>
    public override string Application => "IMAP";

    /// <summary>An untagged greeting (section 7.1), or a tag and a command that only IMAP has.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == '*')
        {
            Match ok = TextLines.Prefix(bytes, "* OK "u8);
            Match greeting = ok != Match.No ? ok : TextLines.Prefix(bytes, "* PREAUTH "u8);
            return greeting == Match.Yes ? TextLines.Probe(bytes, out _) : greeting;
        }

        int tag = bytes.IndexOfAnyExcept(TagBytes);
        if (tag < 0)
        {
            return bytes.Length <= LongestTag ? Match.NeedMore : Match.No;
        }

        if (tag is 0 or > LongestTag || bytes[tag] != ' ')
        {
            return Match.No;
        }

        ReadOnlySpan<byte> command = bytes[(tag + 1)..];
        Match match = command.IsEmpty ? Match.NeedMore : Commands.Probe(command);
        match = match == Match.Yes ? TextLines.Probe(command, out _) : match;
        if (match != Match.Yes)
        {
            return match;
        }

        // "a LOGIN" alone, or a sentence of another protocol: what must have arguments has them, what has none has none.
        TextLines.TryRead(ref command, out var line);
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        bool hasNone = TextLines.Is(verb, "CAPABILITY"u8) || TextLines.Is(verb, "STARTTLS"u8) || TextLines.Is(verb, "LOGOUT"u8)
            || TextLines.Is(verb, "NOOP"u8) || TextLines.Is(verb, "NAMESPACE"u8) || TextLines.Is(verb, "IDLE"u8);
        bool fits = TextLines.Is(verb, "LOGIN"u8) ? line.Contains((byte)' ') || line.EndsWith("}"u8) : hasNone == line.IsEmpty;
        return fits ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        bool isServer = IsServer(from, line.StartsWith("* "u8) || line.StartsWith("+ "u8) || IsTagged(line));
        ref bool continues = ref isServer ? ref _serverContinues : ref _clientContinues;
        bool isNew = !continues;
        long literal = LiteralSize(line);
        continues = literal >= 0;
        if (isNew && isServer)
        {
            ReadServer(from, line);
        }
        else if (isNew)
        {
            ReadCommand(line);
        }

        return Math.Max(literal, 0);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() =>
        new ImapDetails { Greeting = _greeting, LoggedIn = _loggedIn, StartTls = AskedForTls };

    /// <summary>A tag and how the command went.</summary>
    private static bool IsTagged(ReadOnlySpan<byte> line)
    {
        _ = TextLines.Word(ref line);
        ReadOnlySpan<byte> status = TextLines.Word(ref line);
        return TextLines.Is(status, "OK"u8) || TextLines.Is(status, "NO"u8) || TextLines.Is(status, "BAD"u8);
    }

    /// <summary>The size of a literal that the line announces with "{12}", "{12+}" or "{12-}" at its end (section 4.3), or -1.</summary>
    private static long LiteralSize(ReadOnlySpan<byte> line)
    {
        int at = line.EndsWith("}"u8) ? line.LastIndexOf((byte)'{') : -1;
        return at >= 0 && Utf8Parser.TryParse(line[(at + 1)..], out uint size, out _) ? size : -1;
    }

    private void ReadCommand(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> tag = TextLines.Word(ref line);
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        bool startsTls = TextLines.Is(verb, "STARTTLS"u8);
        if (startsTls || TextLines.Is(verb, "LOGIN"u8) || TextLines.Is(verb, "AUTHENTICATE"u8))
        {
            _tagLength = Math.Min(tag.Length, LongestTag);
            tag[.._tagLength].CopyTo(_tag);
            _tagIsStartTls = startsTls;
            if (startsTls)
            {
                AskForTls();
            }
        }
        else if (Authenticated.Contains(verb))
        {
            LogIn();
        }
    }

    private void ReadServer(Side from, ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> tag = TextLines.Word(ref line);
        ReadOnlySpan<byte> status = TextLines.Word(ref line);
        if (!TextLines.Is(status, "OK"u8))
        {
            return;
        }

        if (!_greeted && tag.SequenceEqual("*"u8))
        {
            _greeted = true;
            int code = line.StartsWith("["u8) ? line.IndexOf((byte)']') + 1 : 0;
            ReadOnlySpan<byte> text = line[code..].Trim((byte)' ');
            if (!text.IsEmpty)
            {
                WireText.Update(ref _greeting, text);
            }

            Changed();
        }
        else if (_tagLength > 0 && tag.SequenceEqual(_tag.AsSpan(0, _tagLength)))
        {
            if (_tagIsStartTls)
            {
                GrantTls(from);
            }
            else
            {
                LogIn();
            }
        }
    }

    private void LogIn()
    {
        _loggedIn = true;
        Changed();
        Done();
    }
}
