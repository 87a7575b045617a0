using System.Buffers.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>IRC (RFC 2812). Followed until the server has welcomed the client.</summary>
internal sealed class Irc(FlowContext context) : TextInspector(context)
{
    private const int CodeSize = 3;           // digits of a numeric reply (RFC 2812 section 2.4)
    private const int LongestPrefix = 256;    // bytes; a line has 512 (section 2.3)
    private const int LongestNick = 64;
    private const int Welcome = 1;            // RPL_WELCOME
    private const int StartTls = 670;         // RPL_STARTTLS of the IRCv3 extension "tls"
    private const int UserParameters = 3;     // before the real name (section 3.1.3)

    /// <summary>What either side may begin with.</summary>
    private static readonly WordSet Openers = new(
        "NICK", "USER", "CAP", "PASS", "JOIN", "PRIVMSG", "NOTICE", "PING", "PONG", "ERROR", "MODE", "STARTTLS");

    /// <summary>What a server relays, besides numeric replies.</summary>
    private static readonly WordSet Relayed = new(
        "NOTICE", "PRIVMSG", "JOIN", "PART", "QUIT", "NICK", "MODE", "TOPIC", "KICK", "PING", "PONG", "CAP");

    private string? _nick;
    private string? _server;

    /// <inheritdoc/>
    public override string Application => "IRC";

    /// <summary>A message with a prefix, or a command with the parameters it has in IRC.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        for (int lines = 0; lines < TextLines.MostUndecided; lines++)
        {
            if (bytes.IsEmpty)
            {
                return Match.NeedMore;
            }

            Match match = bytes[0] == ':' ? ProbePrefix(bytes) : Openers.Probe(bytes);
            match = match == Match.Yes ? TextLines.Probe(bytes, out _) : match;
            if (match != Match.Yes)
            {
                return match;
            }

            TextLines.TryRead(ref bytes, out var line);
            match = line.StartsWith(":"u8) ? ProbeRelayed(line) : ProbeCommand(line);
            if (match != Match.NeedMore)
            {
                return match;
            }
        }

        return Match.No;
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> prefix = default;
        line = line.TrimStart((byte)' ');
        if (line.StartsWith(":"u8))
        {
            prefix = TextLines.Word(ref line)[1..];
        }

        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        if (TryCode(verb, out int code))
        {
            ReadNumeric(from, code, prefix, line);
        }
        else if (prefix.IsEmpty && TextLines.Is(verb, "NICK"u8))
        {
            Learn(ref _nick, TextLines.Word(ref line).TrimStart((byte)':'));
        }
        else if (prefix.IsEmpty && TextLines.Is(verb, "STARTTLS"u8))
        {
            AskForTls();
        }
        else if (_server is null && TextLines.Is(verb, "NOTICE"u8) && prefix.Contains((byte)'.') && !prefix.Contains((byte)'!'))
        {
            Learn(ref _server, prefix); // A server has no "!user" (RFC 2812 section 2.3.1).
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new IrcDetails { Nick = _nick, Server = _server, StartTls = AskedForTls };

    private static bool TryCode(ReadOnlySpan<byte> verb, out int code)
    {
        code = 0;
        return verb.Length == CodeSize && Utf8Parser.TryParse(verb, out code, out int used) && used == CodeSize && code >= 0;
    }

    private static Match ProbePrefix(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> prefix = bytes[..Math.Min(bytes.Length, LongestPrefix)];
        int end = prefix.IndexOfAnyInRange((byte)0, (byte)' ');
        return end < 0 ? prefix.Length < LongestPrefix ? Match.NeedMore : Match.No : end > 1 && prefix[end] == ' ' ? Match.Yes : Match.No;
    }

    private static Match ProbeRelayed(ReadOnlySpan<byte> line)
    {
        _ = TextLines.Word(ref line);
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        return (TryCode(verb, out _) || Relayed.Contains(verb)) && !line.IsEmpty ? Match.Yes : Match.No;
    }

    private static Match ProbeCommand(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        ReadOnlySpan<byte> rest = line;
        ReadOnlySpan<byte> first = TextLines.Word(ref rest);
        if (TextLines.Is(verb, "PASS"u8) || TextLines.Is(verb, "STARTTLS"u8))
        {
            return Match.NeedMore; // Others have it too.
        }

        bool fits = TextLines.Is(verb, "NICK"u8) ? first.Length is > 0 and <= LongestNick && rest.IsEmpty
            : TextLines.Is(verb, "USER"u8) ? Words(line) > UserParameters
            : TextLines.Is(verb, "CAP"u8) ? TextLines.Is(first, "LS"u8) || TextLines.Is(first, "REQ"u8) || TextLines.Is(first, "END"u8)
            : TextLines.Is(verb, "NOTICE"u8) || TextLines.Is(verb, "PRIVMSG"u8) ? rest.StartsWith(":"u8)
            : TextLines.Is(verb, "PING"u8) || TextLines.Is(verb, "PONG"u8) || TextLines.Is(verb, "ERROR"u8) ? IsText(first)
            : first.Length > 1 && first[0] is (byte)'#' or (byte)'&';
        return fits ? Match.Yes : Match.No;
    }

    private static bool IsText(ReadOnlySpan<byte> parameter) => parameter.Length > 1 && parameter[0] == ':';

    private static int Words(ReadOnlySpan<byte> line)
    {
        int words = 0;
        while (words <= UserParameters && TextLines.Word(ref line).Length > 0)
        {
            words++;
        }

        return words;
    }

    private void ReadNumeric(Side from, int code, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> line)
    {
        if (code == StartTls)
        {
            GrantTls(from);
        }

        Learn(ref _server, prefix);
        if (code == Welcome)
        {
            Learn(ref _nick, TextLines.Word(ref line));
            Done();
        }
    }

    private void Learn(ref string? text, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty && WireText.Update(ref text, bytes))
        {
            Changed();
        }
    }
}
