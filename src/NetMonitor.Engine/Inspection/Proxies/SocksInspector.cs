using System.Globalization;

namespace NetMonitor.Inspection.Proxies;

/// <summary>
/// SOCKS 4, 4a and 5 (RFC 1928): what the client asked its proxy for. Once the proxy agreed, what runs inside is found by content.
/// The password of RFC 1929 is passed over.
/// </summary>
internal sealed class SocksInspector(FlowContext context) : StreamInspector
{
    private const byte CredentialsVersion = 1;  // RFC 1929 section 2
    private const int AnswerSize = 2;           // uint8 version; uint8 method or status
    private const byte Granted4 = 90;
    private const byte LastReply4 = 93;
    private const int Reply4Size = 8;           // uint8 0; uint8 reply; uint16 port; uint32 address

    private Side? _client;
    private bool _requested;
    private bool _confirmed;        // by the proxy's first answer
    private bool _reread;           // since then
    private bool _authenticates;    // the proxy's next answer is a status
    private bool _isOver;
    private int _version;
    private SocksCommand _command;
    private string? _user;
    private string? _host;
    private ushort _port;
    private bool? _granted;
    private string? _refusal;
    private Upgrade? _upgrade;

    /// <inheritdoc/>
    public override string Application => "SOCKS";

    /// <inheritdoc/>
    internal override Side? Opener => _client;

    /// <inheritdoc/>
    public override Confidence Confidence => _confirmed ? Confidence.Decoded : Confidence.Heuristic;

    /// <inheritdoc/>
    public override Upgrade? Upgrade => _upgrade;

    /// <summary>The first message of a client. An answer, two bytes, is too little to tell a proxy by.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != SocksGreeting.Version)
        {
            return SocksRequest4.Read(bytes, out _);
        }

        return SocksGreeting.Read(bytes, out _);
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        _client ??= Probe(context, from, window) == Match.Yes ? from : from == Side.Originator ? Side.Responder : Side.Originator;
        int consumed = 0;
        while (!_isOver)
        {
            ReadOnlySpan<byte> rest = window[consumed..];
            Match match = from == _client ? ReadClient(rest, out int size) : ReadProxy(rest, out size);
            if (match == Match.No)
            {
                return new Progress(consumed, _confirmed ? Outcome.Finished : Outcome.Reject);
            }

            if (match == Match.NeedMore)
            {
                return new Progress(consumed, Outcome.More);
            }

            consumed += size;
            Changed();
            if (_confirmed && !_reread && !_isOver)
            {
                _reread = true;
                return new Progress(consumed, Outcome.Reread);
            }
        }

        return new Progress(consumed, _upgrade is null ? Outcome.Finished : Outcome.Upgraded);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new SocksDetails
    {
        Version = _version,
        Command = _command,
        TargetHost = _host,
        TargetPort = _port,
        User = _user,
        Granted = _granted,
        Refusal = _refusal,
    };

    private Match ReadClient(ReadOnlySpan<byte> bytes, out int size)
    {
        size = 0;
        if (_requested || bytes.IsEmpty)
        {
            return Match.NeedMore; // What follows the request is for the target.
        }

        return bytes[0] == CredentialsVersion && _version != 0 ? ReadCredentials(bytes, out size)
            : bytes[0] == SocksRequest4.Version ? ReadRequest4(bytes, out size)
            : _version == 0 ? ReadGreeting(bytes, out size)
            : ReadRequest(bytes, out size);
    }

    private Match ReadProxy(ReadOnlySpan<byte> bytes, out int size) =>
        _version == SocksRequest4.Version || (_version == 0 && !bytes.IsEmpty && bytes[0] == 0) ? ReadReply4(bytes, out size)
        : !_confirmed ? ReadMethod(bytes, out size)
        : _authenticates ? ReadStatus(bytes, out size)
        : ReadReply(bytes, out size);

    private Match ReadGreeting(ReadOnlySpan<byte> bytes, out int size)
    {
        Match match = SocksGreeting.Read(bytes, out size);
        if (match == Match.Yes && !_confirmed)
        {
            // Left where it is until the proxy has answered: it may still be the beginning of something else.
            return MayFollowGreeting(bytes[size..]) ? Match.NeedMore : Match.No;
        }

        _version = match == Match.Yes ? SocksGreeting.Version : 0;
        return match;
    }

    /// <summary>A client that does not wait for the proxy goes on with its password or its request.</summary>
    private static bool MayFollowGreeting(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || bytes[0] == CredentialsVersion
        || SocksMessage.Read(bytes, out _) != Match.No && (bytes.Length < 2 || IsCommand(bytes[1]));

    private static bool IsCommand(byte code) => code is >= (byte)SocksCommand.Connect and <= (byte)SocksCommand.UdpAssociate;

    /// <summary>uint8 version = 1; opaque user&lt;1..255&gt;; opaque password&lt;1..255&gt; (RFC 1929 section 2).
    /// The password is not looked at.</summary>
    private Match ReadCredentials(ReadOnlySpan<byte> bytes, out int size)
    {
        WireReader reader = new(bytes[1..]);
        bool isWhole = reader.TryReadVector8(out var user) & reader.TryReadVector8(out _);
        size = bytes.Length - reader.Rest.Length;
        if (isWhole && !user.IsEmpty)
        {
            _user = WireText.Clean(user);
        }

        return isWhole ? Match.Yes : Match.NeedMore;
    }

    private Match ReadRequest(ReadOnlySpan<byte> bytes, out int size)
    {
        Match match = SocksMessage.Read(bytes, out SocksMessage request);
        size = request.Size;
        if (match != Match.Yes)
        {
            return match;
        }

        if (!IsCommand(request.Code))
        {
            return Match.No;
        }

        _requested = true;
        _command = (SocksCommand)request.Code;
        (_host, _port) = (request.Host, request.Port);
        return Match.Yes;
    }

    private Match ReadRequest4(ReadOnlySpan<byte> bytes, out int size)
    {
        Match match = SocksRequest4.Read(bytes, out SocksRequest4 request);
        size = request.Size;
        if (match == Match.Yes)
        {
            _version = SocksRequest4.Version;
            _requested = true;
            _command = request.Command;
            (_host, _port) = (request.Host, request.Port);
            _user = request.User.IsEmpty ? null : WireText.Clean(request.User);
        }

        return match;
    }

    /// <summary>uint8 version = 5; uint8 method (RFC 1928 section 3).</summary>
    private Match ReadMethod(ReadOnlySpan<byte> bytes, out int size)
    {
        Match match = ReadAnswer(bytes, SocksGreeting.Version, out size, out byte method);
        if (match == Match.Yes && method != SocksGreeting.NoMethod && !SocksGreeting.IsMethod(method))
        {
            return Match.No;
        }

        if (match == Match.Yes)
        {
            _confirmed = true;
            _authenticates = method == SocksGreeting.UserPassword;
            if (method == SocksGreeting.NoMethod)
            {
                Refuse("no acceptable method");
            }

            // All but "none" and a password wrap what follows (GSS-API, RFC 1961).
            _isOver |= method is not (0 or SocksGreeting.UserPassword);
        }

        return match;
    }

    /// <summary>uint8 version = 1; uint8 status, 0 for success (RFC 1929 section 2).</summary>
    private Match ReadStatus(ReadOnlySpan<byte> bytes, out int size)
    {
        Match match = ReadAnswer(bytes, CredentialsVersion, out size, out byte status);
        if (match == Match.Yes)
        {
            _authenticates = false;
            if (status != 0)
            {
                Refuse("authentication failed");
            }
        }

        return match;
    }

    private static Match ReadAnswer(ReadOnlySpan<byte> bytes, byte version, out int size, out byte code)
    {
        size = AnswerSize;
        code = bytes.Length < AnswerSize ? (byte)0 : bytes[1];
        return !bytes.IsEmpty && bytes[0] != version ? Match.No : bytes.Length < AnswerSize ? Match.NeedMore : Match.Yes;
    }

    private Match ReadReply(ReadOnlySpan<byte> bytes, out int size)
    {
        Match match = SocksMessage.Read(bytes, out SocksMessage reply);
        size = reply.Size;
        if (match == Match.Yes)
        {
            Answer(reply.Code switch
            {
                0 => null,
                1 => "general failure",
                2 => "not allowed",
                3 => "network unreachable",
                4 => "host unreachable",
                5 => "connection refused",
                6 => "TTL expired",
                7 => "command not supported",
                8 => "address type not supported",
                _ => string.Create(CultureInfo.InvariantCulture, $"reply {reply.Code}"),
            });
        }

        return match;
    }

    private Match ReadReply4(ReadOnlySpan<byte> bytes, out int size)
    {
        size = Reply4Size;
        if (!bytes.IsEmpty && bytes[0] != 0 || bytes.Length > 1 && bytes[1] is < Granted4 or > LastReply4)
        {
            return Match.No;
        }

        if (bytes.Length < size)
        {
            return Match.NeedMore;
        }

        _confirmed = true;
        Answer(bytes[1] switch
        {
            Granted4 => null,
            91 => "rejected or failed",
            92 => "no identd",
            _ => "identd disagrees",
        });
        return Match.Yes;
    }

    private void Refuse(string reason)
    {
        _refusal = reason;
        _granted = false;
        _isOver = true;
    }

    /// <summary>After a CONNECT that was granted both sides are the target's. BIND and UDP ASSOCIATE are followed no further.</summary>
    private void Answer(string? refusal)
    {
        if (refusal is not null)
        {
            Refuse(refusal);
            return;
        }

        _granted = true;
        _isOver = true;
        if (_requested && _command == SocksCommand.Connect)
        {
            bool originatorAsked = _client == Side.Originator;
            _upgrade = new Upgrade(originatorAsked ? context with { ResponderPort = _port } : context with { OriginatorPort = _port });
        }
    }
}
