using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Inspection.Ssh;

/// <summary>
/// SSH (RFC 4253): the version lines, the offers of both sides and what they agree on, and how far the connection got. Finished when the
/// server has accepted the user.
/// </summary>
internal sealed class SshInspector(FlowContext context) : StreamInspector
{
    private const int LongestPacket = 35_000;      // bytes a packet must be allowed to have (section 6.1); before encryption none is longer
    private const int LengthSize = sizeof(uint);   // uint32 packet_length; byte padding_length; payload; padding (section 6)
    private const int PaddingLengthAt = LengthSize;
    private const int TypeAt = PaddingLengthAt + 1;
    private const int HeaderSize = TypeAt + 1;
    private const int LeastPadding = 4;
    private const int Port = 22;
    private const int TextBytes = 16 * 1024;       // of lines before a server's version line
    private const int ForeignTextBytes = 2 * 1024; // the same on a port that is not SSH's
    private const int FirstTextBytes = 64;         // enough to tell text from other bytes
    private const int EstablishedBytes = 32 * 1024; // encrypted bytes that no authentication needs

    /// <summary>Message numbers (section 12; RFC 5656 section 7.1 and RFC 4419 section 5 use 30 to 34).</summary>
    private enum Message : byte
    {
        KeyExchangeInit = 20,
        NewKeys = 21,
        ExchangeInit = 30,
        ExchangeReply = 31,
        GroupExchangeInit = 32,
        GroupExchangeReply = 33,
        GroupExchangeRequest = 34,
    }

    private enum Expect : byte
    {
        VersionLine,
        RestOfLine,
        Packets,
        Sealed,
        Nothing,
    }

    private sealed class Direction
    {
        public Expect Expect;
        public string? Version;
        public string? Software;
        public string? Comment;
        public byte[]? Offer;      // SSH_MSG_KEXINIT, until the inspection ends
        public int TextBytes;
    }

    private readonly Direction _originator = new();
    private readonly Direction _responder = new();
    private readonly string?[] _agreed = new string?[(int)SshKeyExchange.List.CompressionToClient + 1];
    private SshState _state;
    private bool _originatorIsClient = context.OriginatorPort != Port || context.ResponderPort == Port;
    private string? _hassh;
    private string? _hasshServer;
    private SshSealed _sealed;
    private long _sealedBytes;

    /// <inheritdoc/>
    public override string Application => "SSH";

    private Direction Client => _originatorIsClient ? _originator : _responder;

    private Direction Server => _originatorIsClient ? _responder : _originator;

    /// <summary>A version line, perhaps behind lines of text, or an offer when the line was missed.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match match = SshVersionLine.Probe(bytes);
        if (match != Match.No)
        {
            return match;
        }

        match = ProbeOffer(bytes);
        if (match != Match.No)
        {
            return match;
        }

        return context.Uses(Port) ? ProbeText(bytes, TextBytes) : Match.No;
    }

    /// <summary>A version line behind lines of text, which a server may greet with (section 4.2). Where SSH is not at home other
    /// protocols that begin with text are tried before, and the text must be UTF-8, as the section asks for.</summary>
    public static Match ProbeBehindText(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool mayBe = Ascii.IsValid(bytes[..Math.Min(bytes.Length, 1)]);
        return mayBe ? ProbeText(bytes, ForeignTextBytes, isUtf8: true) : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        Direction direction = from == Side.Originator ? _originator : _responder;
        long consumed = 0;
        while (consumed < window.Length && _state != SshState.ESTABLISHED)
        {
            long used = Read(from, direction, window[(int)consumed..]);
            if (used == 0)
            {
                break;
            }

            consumed = used == long.MaxValue ? used : consumed + used;
        }

        return new Progress(consumed, IsOver ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    public override void End(Side from, ReadOnlySpan<byte> rest)
    {
        Direction direction = from == Side.Originator ? _originator : _responder;
        if (direction.Expect == Expect.VersionLine)
        {
            ReadVersionLine(direction, rest);
        }
    }

    /// <inheritdoc/>
    protected internal override void Release() => _originator.Offer = _responder.Offer = null;

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new SshDetails
    {
        State = _state,
        ClientVersion = Client.Version,
        ClientSoftware = Client.Software,
        ClientComment = Client.Comment,
        ServerVersion = Server.Version,
        ServerSoftware = Server.Software,
        ServerComment = Server.Comment,
        KeyExchange = Agreed(SshKeyExchange.List.KeyExchange),
        HostKeyAlgorithm = Agreed(SshKeyExchange.List.HostKey),
        CipherToServer = Agreed(SshKeyExchange.List.CipherToServer),
        CipherToClient = Agreed(SshKeyExchange.List.CipherToClient),
        MacToServer = MacOf(SshKeyExchange.List.CipherToServer, SshKeyExchange.List.MacToServer),
        MacToClient = MacOf(SshKeyExchange.List.CipherToClient, SshKeyExchange.List.MacToClient),
        CompressionToServer = Agreed(SshKeyExchange.List.CompressionToServer),
        CompressionToClient = Agreed(SshKeyExchange.List.CompressionToClient),
        Hassh = _hassh,
        HasshServer = _hasshServer,
    };

    private bool IsOver => _state == SshState.ESTABLISHED || (_originator.Expect == Expect.Nothing && _responder.Expect == Expect.Nothing);

    private static Match ProbeText(ReadOnlySpan<byte> bytes, int most, bool isUtf8 = false)
    {
        int at = SshVersionLine.FindBehindText(bytes);
        ReadOnlySpan<byte> text = at > 0 ? bytes[..at] : bytes; // What is behind the line is no text.
        bool fits = IsText(text) && text.Length <= most && (!isUtf8 || WireText.IsUtf8(text[..Math.Min(text.Length, FirstTextBytes)]));
        return !fits ? Match.No : at > 0 ? Match.Yes : Match.NeedMore;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyInRange((byte)0, (byte)'\b');

    private static Match ProbeOffer(ReadOnlySpan<byte> bytes)
    {
        const int ListAt = TypeAt + SshKeyExchange.ListsAt;
        ReadOnlySpan<byte> zero = [0, 0]; // LongestPacket leaves the upper half of the length empty
        int there = Math.Min(bytes.Length, zero.Length);
        if (!bytes[..there].SequenceEqual(zero[..there]))
        {
            return Match.No;
        }

        if (bytes.Length < HeaderSize)
        {
            return Match.NeedMore;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        bool fits = length is > ListAt and <= LongestPacket && bytes[PaddingLengthAt] >= LeastPadding
            && bytes[TypeAt] == (byte)Message.KeyExchangeInit;
        return !fits ? Match.No : bytes.Length < ListAt ? Match.NeedMore : SshKeyExchange.ProbeList(bytes[ListAt..]);
    }

    /// <returns>Bytes used; 0 when more is needed.</returns>
    private long Read(Side from, Direction direction, ReadOnlySpan<byte> bytes)
    {
        switch (direction.Expect)
        {
            case Expect.VersionLine:
                return ReadLine(from, direction, bytes);

            case Expect.RestOfLine:
                int end = bytes.IndexOf((byte)'\n');
                direction.Expect = end < 0 ? Expect.RestOfLine : Expect.Packets;
                return end < 0 ? bytes.Length : end + 1;

            case Expect.Packets:
                return ReadPacket(from, direction, bytes);

            case Expect.Sealed:
                return ReadSealed(direction, bytes);

            default:
                return long.MaxValue;
        }
    }

    private long ReadLine(Side from, Direction direction, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> line = bytes[..Math.Min(bytes.Length, SshVersionLine.LongestLine)];
        int end = line.IndexOf((byte)'\n');
        line = end < 0 ? line : line[..end];
        if (SshVersionLine.Probe(bytes) == Match.Yes)
        {
            if (end < 0 && line.Length < SshVersionLine.LongestLine)
            {
                return 0;
            }

            if (direction.TextBytes > 0)
            {
                SetClient(isFrom: false, from); // Only a server may send text before its version line.
            }

            ReadVersionLine(direction, line);

            // SSH 1.5 has other packets, which nothing is read from.
            direction.Expect = end < 0 ? Expect.RestOfLine : direction.Version is ['1', '.', not '9', ..] ? Expect.Nothing : Expect.Packets;
            return end < 0 ? line.Length : end + 1;
        }

        Match offer = ProbeOffer(bytes);
        if (offer != Match.No)
        {
            direction.Expect = offer == Match.Yes ? Expect.Packets : Expect.VersionLine;
            return offer == Match.Yes ? ReadPacket(from, direction, bytes) : 0;
        }

        if (end < 0 && line.Length < SshVersionLine.LongestLine)
        {
            return 0;
        }

        int used = end < 0 ? line.Length : end + 1;
        direction.TextBytes += used;
        direction.Expect = direction.TextBytes > TextBytes ? Expect.Nothing : Expect.VersionLine;
        return used;
    }

    private void ReadVersionLine(Direction direction, ReadOnlySpan<byte> line)
    {
        if (!SshVersionLine.TryParse(line, out SshVersionLine version))
        {
            return;
        }

        direction.Version = WireText.Clean(version.Version);
        direction.Software = WireText.Clean(version.Software);
        direction.Comment = version.Comment.IsEmpty ? null : WireText.Clean(version.Comment);
        Changed();
    }

    private long ReadPacket(Side from, Direction direction, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            return 0;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        byte padding = bytes[PaddingLengthAt];
        if (length is < HeaderSize - LengthSize + LeastPadding or > LongestPacket || padding < LeastPadding || padding > length - (HeaderSize - LengthSize))
        {
            direction.Expect = Expect.Nothing; // Joined after the keys were changed, or not SSH 2.
            return long.MaxValue;
        }

        long size = LengthSize + length;
        var type = (Message)bytes[TypeAt];
        if (type == Message.KeyExchangeInit && bytes.Length < size)
        {
            return 0;
        }

        switch (type)
        {
            case Message.KeyExchangeInit:
                ReadOffer(from, direction, bytes[TypeAt..(int)(size - padding)]);
                break;
            case Message.ExchangeInit or Message.GroupExchangeInit or Message.GroupExchangeRequest:
                SetClient(isFrom: true, from);
                break;
            case Message.ExchangeReply or Message.GroupExchangeReply:
                SetClient(isFrom: false, from);
                break;
            case Message.NewKeys:
                direction.Expect = Expect.Sealed;
                TakeKeys(direction);
                break;
            default:
                break;
        }

        return size;
    }

    private void ReadOffer(Side from, Direction direction, ReadOnlySpan<byte> message)
    {
        if (direction.Offer is not null || !SshKeyExchange.TryParse(message, out SshKeyExchange offer))
        {
            return;
        }

        direction.Offer = message.ToArray();
        _state = SshState.KEYEXCHANGE;
        if (offer.IsFromClient is { } isClient)
        {
            SetClient(isClient, from);
        }

        Settle();
        Changed();
    }

    private void SetClient(bool isFrom, Side from)
    {
        bool originatorIsClient = isFrom == (from == Side.Originator);
        if (_originatorIsClient != originatorIsClient)
        {
            _originatorIsClient = originatorIsClient;
            Settle();
            Changed();
        }
    }

    /// <summary>Says what the offers mean now that it is known whose they are.</summary>
    private void Settle()
    {
        bool hasClient = SshKeyExchange.TryParse(Client.Offer, out SshKeyExchange client);
        bool hasServer = SshKeyExchange.TryParse(Server.Offer, out SshKeyExchange server);
        _hassh = hasClient ? client.Hassh(isClient: true) : null;
        _hasshServer = hasServer ? server.Hassh(isClient: false) : null;
        for (int i = 0; i < _agreed.Length; i++)
        {
            _agreed[i] = hasClient && hasServer ? SshKeyExchange.Agree(client, server, (SshKeyExchange.List)i) : null;
        }
    }

    private void TakeKeys(Direction direction)
    {
        if (direction == Server)
        {
            _sealed.Use(Agreed(SshKeyExchange.List.CipherToClient), MacOf(SshKeyExchange.List.CipherToClient, SshKeyExchange.List.MacToClient));
        }

        if (_originator.Expect == Expect.Sealed && _responder.Expect == Expect.Sealed)
        {
            _state = SshState.AUTHENTICATION;
            Changed();
        }
    }

    private long ReadSealed(Direction direction, ReadOnlySpan<byte> bytes)
    {
        long used = bytes.Length;
        bool accepted = false;
        if (direction == Server)
        {
            accepted = _sealed.Read(bytes, out used) && _state == SshState.AUTHENTICATION;
        }
        else
        {
            _sealed.Turn();
        }

        _sealedBytes += Math.Min(used, bytes.Length);
        if (accepted || _sealedBytes > EstablishedBytes)
        {
            _state = SshState.ESTABLISHED;
            Changed();
        }

        return used;
    }

    private string? Agreed(SshKeyExchange.List list) => _agreed[(int)list];

    /// <summary>Ciphers with a tag of their own use no MAC, whatever was agreed on (RFC 5647 section 5.1).</summary>
    private string? MacOf(SshKeyExchange.List cipher, SshKeyExchange.List mac) =>
        Agreed(cipher) is { } name && (name.Contains("gcm", StringComparison.OrdinalIgnoreCase) || name.Contains("poly1305", StringComparison.Ordinal))
            ? null : Agreed(mac);
}
