using System.Buffers.Text;

namespace NetMonitor.Inspection.Text;

/// <summary>SMTP (RFC 5321) and LMTP (RFC 2033), with STARTTLS (RFC 3207) and BDAT (RFC 3030).</summary>
internal sealed class Smtp(FlowContext context) : TextInspector(context)
{
    private const int ServiceReadyCode = 220; // also the answer to STARTTLS (RFC 3207 section 4)

    /// <summary>Commands that open a session, or a mail when the opening was missed. Others have those that are left out.</summary>
    private static readonly WordSet Openers = new("EHLO", "HELO", "LHLO", "MAIL", "RCPT");

    /// <summary>IANA registry "SASL Mechanisms", and one in use. What is none of these might be a credential.</summary>
    private static readonly WordSet Mechanisms = new(
        "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "NTLM", "GSSAPI", "EXTERNAL", "ANONYMOUS", "OAUTHBEARER", "XOAUTH2", "SCRAM-SHA-1",
        "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS");

    private enum Content : byte
    {
        Commands,
        Announced, // after DATA; the server may still refuse it
        Mail,
    }

    private Content _content;
    private int _replies;
    private string? _serverName;
    private string? _software;
    private string? _clientName;
    private string? _senderDomain;
    private string? _mechanism;
    private int _messages;
    private int _recipients;

    /// <inheritdoc/>
    public override string Application => "SMTP";

    /// <summary>A greeting that names SMTP or is followed by the answer to a hello; a hello; a sender or recipient.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        switch (ServiceReady.Tell(bytes))
        {
            case ServiceReady.Service.Smtp:
                return Match.Yes;
            case ServiceReady.Service.Undecided:
                return Match.NeedMore;
            default:
                break;
        }

        Match match = Openers.Probe(bytes);
        match = match == Match.Yes ? TextLines.Probe(bytes, out _) : match;
        if (match != Match.Yes)
        {
            return match;
        }

        TextLines.TryRead(ref bytes, out var line);
        ReadOnlySpan<byte> verb = TextLines.Word(ref line);
        bool fits = TextLines.Is(verb, "MAIL"u8) ? TextLines.StartsWith(line, "FROM:"u8)
            : TextLines.Is(verb, "RCPT"u8) ? TextLines.StartsWith(line, "TO:"u8)
            : !line.IsEmpty;
        return fits ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        bool isReply = TextLines.TryReadReply(line, out int code, out bool isLast, out var text);
        if (!IsServer(from, isReply))
        {
            return ReadClient(line);
        }

        if (isReply)
        {
            ReadReply(from, code, isLast, text);
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new SmtpDetails
    {
        Server = _serverName,
        Software = _software,
        Client = _clientName,
        SenderDomain = _senderDomain,
        Messages = _messages,
        Recipients = _recipients,
        AuthenticationMechanism = _mechanism,
        StartTls = AskedForTls,
    };

    private void ReadReply(Side from, int code, bool isLast, ReadOnlySpan<byte> text)
    {
        if (code == ServiceReadyCode)
        {
            if (_replies > 0)
            {
                GrantTls(from);
            }
            else if (_serverName is null && !text.IsEmpty)
            {
                WireText.Update(ref _serverName, TextLines.Word(ref text));
                if (!text.IsEmpty)
                {
                    WireText.Update(ref _software, text);
                }

                Changed();
            }
        }

        _replies += isLast ? 1 : 0;
    }

    private long ReadClient(ReadOnlySpan<byte> line)
    {
        if (_content == Content.Mail)
        {
            // RFC 5321 section 4.1.1.4: a line with a period only ends the mail.
            _content = line.SequenceEqual("."u8) ? Content.Commands : Content.Mail;
            return 0;
        }

        ReadOnlySpan<byte> argument = line;
        ReadOnlySpan<byte> verb = TextLines.Word(ref argument);
        bool wasAnnounced = _content == Content.Announced;
        _content = Content.Commands;
        switch (verb.Length)
        {
            case 4 when TextLines.Is(verb, "EHLO"u8) || TextLines.Is(verb, "HELO"u8) || TextLines.Is(verb, "LHLO"u8):
                Learn(WireText.Update(ref _clientName, argument));
                break;
            case 4 when TextLines.Is(verb, "MAIL"u8) && TextLines.StartsWith(argument, "FROM:"u8):
                _messages++;
                ReadSender(argument);
                Changed();
                break;
            case 4 when TextLines.Is(verb, "RCPT"u8) && TextLines.StartsWith(argument, "TO:"u8):
                _recipients++;
                Changed();
                break;
            case 4 when TextLines.Is(verb, "AUTH"u8):
                // What may follow the mechanism are credentials.
                ReadOnlySpan<byte> mechanism = TextLines.Word(ref argument);
                Learn(Mechanisms.Contains(mechanism) && WireText.Update(ref _mechanism, mechanism));
                break;
            case 4 when TextLines.Is(verb, "DATA"u8) && argument.IsEmpty:
                _content = Content.Announced;
                break;
            case 4 when TextLines.Is(verb, "BDAT"u8):
                return Utf8Parser.TryParse(argument, out long size, out _) && size > 0 ? size : 0;
            case 4 when TextLines.Is(verb, "RSET"u8) || TextLines.Is(verb, "QUIT"u8) || TextLines.Is(verb, "NOOP"u8):
                break;
            case 8 when TextLines.Is(verb, "STARTTLS"u8) && !wasAnnounced:
                AskForTls();
                break;
            default:
                // The server refused the mail when a command follows DATA; anything else is mail.
                _content = wasAnnounced && !line.SequenceEqual("."u8) ? Content.Mail : Content.Commands;
                break;
        }

        return 0;
    }

    private void Learn(bool changed)
    {
        if (changed)
        {
            Changed();
        }
    }

    /// <summary>FROM:&lt;mailbox@domain&gt; with parameters behind it (RFC 5321 section 4.1.1.2): the mailbox is nobody's
    /// business.</summary>
    private void ReadSender(ReadOnlySpan<byte> argument)
    {
        int end = argument.IndexOf((byte)'>');
        ReadOnlySpan<byte> path = end < 0 ? TextLines.Word(ref argument) : argument[..end];
        int at = path.LastIndexOf((byte)'@');
        if (at >= 0)
        {
            WireText.Update(ref _senderDomain, path[(at + 1)..].Trim((byte)' '));
        }
        else
        {
            _senderDomain = null; // a bounce
        }
    }
}
