using System.Buffers;
using System.Buffers.Binary;
using NetMonitor.Inspection.Tls.Decryption;

namespace NetMonitor.Inspection.Tls;

/// <summary>
/// TLS 1.0 to 1.3 (RFC 8446, RFC 5246) and SSL 3.0: the hellos of both sides and what else of the handshake is in the clear, however it is cut
/// into records and segments. Keeps no bytes: a message is read once all of its records are in the window.
/// </summary>
/// <remarks>Used again for the next connection, once a <see cref="SettledTls"/> has taken its place. A thread keeps a few of them.</remarks>
internal sealed class TlsInspector : StreamInspector
{
    private const int HandshakeHeaderSize = 4; // HandshakeType msg_type; uint24 length; (RFC 8446 section 4)
    private const int AlertSize = 2;           // AlertLevel level; AlertDescription description; (RFC 8446 section 6)
    private const byte WarningAlert = 1;
    private const byte FatalAlert = 2;

    private struct Direction
    {
        public int Wanted;      // window length below which nothing can be told
        public int Handled;     // handshake bytes already read of the record at the front
        public bool Encrypted;  // after ChangeCipherSpec nothing can be read
        public bool Lost;       // what came after a record was none, or a hello was damaged
    }

    [ThreadStatic]
    private static Spares<TlsInspector>? _spares;

    private readonly TlsFacts _facts = new();
    private FlowContext _context;
    private string? _inside;
    private TlsDecryption? _decryption;
    private Direction _originator;
    private Direction _responder;
    private long _consumed;
    private long _now;      // of the segment being read
    private long _helloAt;  // when the ClientHello was whole; 0 before

    private TlsInspector()
    {
    }

    /// <summary>One for a connection that begins.</summary>
    /// <param name="context">The flow.</param>
    /// <param name="inside">What is known to run inside ("SMTPS" after STARTTLS), or null to name it by ALPN and port.</param>
    public static TlsInspector Begin(in FlowContext context, string? inside = null)
    {
        TlsInspector inspector = (_spares ??= new Spares<TlsInspector>()).Take() ?? new TlsInspector();
        inspector._context = context;
        inspector._inside = inside;
        inspector._decryption = context.Secrets is { IsExpected: true } secrets ? new(secrets, context) : null;
        return inspector;
    }

    /// <inheritdoc/>
    public override string Application => _inside ?? (_facts.LooksLikeTor ? TorCertificate.Application : TlsApplications.Name(_facts, _context));

    /// <inheritdoc/>
    internal override Side? Opener => _facts.Client;

    /// <inheritdoc/>
    public override Confidence Confidence => _inside is null && _facts.LooksLikeTor ? Confidence.Heuristic
        : _facts.SawHello ? Confidence.Decoded : Confidence.Signature;

    /// <summary>A record whose content fits its type, or the ClientHello of SSL 2.0 that old clients open with.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match match = TlsRecord.TryParse(bytes, out TlsRecord record);
        if (match == Match.No)
        {
            return Ssl2ClientHello.Probe(bytes);
        }

        if (match == Match.NeedMore)
        {
            return match;
        }

        ReadOnlySpan<byte> content = bytes[TlsRecord.HeaderSize..];
        return record.Type switch
        {
            TlsContentType.Handshake when record.Length > 0 => ProbeHandshake(content),
            TlsContentType.Alert when record.Length == AlertSize =>
                content.Length < AlertSize ? Match.NeedMore : content[0] is WarningAlert or FatalAlert ? Match.Yes : Match.No,
            TlsContentType.ChangeCipherSpec when record.Length == 1 =>
                content.IsEmpty ? Match.NeedMore : content[0] == 1 ? Match.Yes : Match.No,

            // Joined in the middle: zero-length application data is legal but says too little.
            TlsContentType.ApplicationData when record.Length > 0 => Match.Yes,
            _ => Match.No,
        };
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        ref Direction direction = ref from == Side.Originator ? ref _originator : ref _responder;
        if (window.Length < direction.Wanted)
        {
            return new Progress(0, Outcome.More);
        }

        direction.Wanted = 0;
        _now = timestamp;
        Match old = _facts.SawHello ? Match.No : Ssl2ClientHello.Probe(window);
        if (old == Match.NeedMore && TlsRecord.TryParse(window, out _) == Match.No)
        {
            return new Progress(0, Outcome.More);
        }

        if (old == Match.Yes)
        {
            _facts.Read(from, new Ssl2ClientHello(window));
            TimeHello();
            Changed();
            return Count(Ssl2ClientHello.LengthOf(window), Outcome.More);
        }

        long at = 0;
        Outcome outcome = Outcome.More;
        while (outcome == Outcome.More && at < window.Length)
        {
            Match match = TlsRecord.TryParse(window[(int)at..], out TlsRecord record);
            if (match == Match.No)
            {
                if (_facts.SawHello || at + _consumed > 0)
                {
                    return Lose(ref direction);
                }

                outcome = Outcome.Reject;
                break;
            }

            if (match == Match.NeedMore)
            {
                break;
            }

            int used = ReadRecord(from, ref direction, record, window[(int)at..], timestamp, out outcome);
            if (outcome == Outcome.Reject)
            {
                return Lose(ref direction);
            }

            if (used == 0)
            {
                break;
            }

            at += used;
        }

        return Count(at, outcome);
    }

    /// <summary>A hello cut short by the end of what was captured still has its first fields.</summary>
    public override void End(Side from, ReadOnlySpan<byte> rest)
    {
        if (_decryption?.End(from, timestamp: 0) is true)
        {
            Changed();
        }

        if (TlsRecord.TryParse(rest, out TlsRecord record) == Match.Yes && record.Type == TlsContentType.Handshake)
        {
            ReadCutHello(from, rest, handled: 0);
        }
    }

    /// <inheritdoc/>
    protected internal override void Release()
    {
        if (_decryption?.Close() is true)
        {
            Changed();
        }
    }

    /// <inheritdoc/>
    internal override IFindings Remains()
    {
        if (_decryption is not null)
        {
            return this;
        }

        SettledTls settled = _facts.Settle(Application, Confidence);
        Recycle();
        return settled;
    }

    /// <summary>Nobody refers to it any more: it may serve the next connection.</summary>
    internal void Recycle()
    {
        Restart();
        _facts.Clear();
        (_originator, _responder) = (default, default);
        (_context, _inside) = (default, null);
        (_consumed, _now, _helloAt) = (0, 0, 0);
        (_spares ??= new Spares<TlsInspector>()).Keep(this);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => FlowInspection.Join(_decryption?.Details, _facts.ToDetails());

    private bool IsDecrypting => _decryption is { IsPossible: true };

    private Outcome WhenRead => _facts.SawClientHello && _facts.IsServerDone && !IsDecrypting ? Outcome.Finished : Outcome.More;

    private static Match ProbeHandshake(ReadOnlySpan<byte> content)
    {
        // Only hellos open a connection. The first byte of their length is zero: they are no longer than 2^16 bytes.
        const int LengthHighAt = 1;
        if (!content.IsEmpty && content[0] is not ((byte)TlsHandshakeType.ClientHello or (byte)TlsHandshakeType.ServerHello))
        {
            return Match.No;
        }

        // A record may end after the type: what comes then is the next record, not the length.
        return content.Length <= LengthHighAt ? Match.NeedMore : content[LengthHighAt] is 0 or (byte)TlsContentType.Handshake
            ? Match.Yes : Match.No;
    }

    /// <summary>A disguise, or damage: the other direction may still tell something.</summary>
    private Progress Lose(ref Direction direction)
    {
        direction.Lost = true;
        return new Progress(long.MaxValue, _originator.Lost && _responder.Lost ? Outcome.Finished : Outcome.More);
    }

    private Progress Count(long consumed, Outcome outcome)
    {
        _consumed += consumed;
        bool enough = _consumed > (IsDecrypting ? InspectionLimits.TlsDecryptedBytes : InspectionLimits.TlsHandshakeBytes);
        return new Progress(consumed, outcome == Outcome.More && enough ? Outcome.Finished : outcome);
    }

    /// <returns>Bytes used, more than there are to skip; 0 when more must come first.</returns>
    private int ReadRecord(Side from, ref Direction direction, TlsRecord record, ReadOnlySpan<byte> window, long timestamp, out Outcome outcome)
    {
        int size = TlsRecord.HeaderSize + record.Length;
        outcome = Outcome.More;
        switch (record.Type)
        {
            case TlsContentType.Handshake when !direction.Encrypted:
                return ReadHandshake(from, ref direction, window, out outcome);

            case TlsContentType.Alert when !direction.Encrypted && record.Length == AlertSize:
                if (window.Length < size)
                {
                    return 0;
                }

                _facts.Alert = window[TlsRecord.HeaderSize + 1];
                Changed();
                outcome = window[TlsRecord.HeaderSize] == FatalAlert ? Outcome.Finished : Outcome.More;
                return size;

            case TlsContentType.ChangeCipherSpec:
                // In TLS 1.3 it means nothing and may precede a second ClientHello (RFC 8446 appendix D.4), which says nothing new.
                direction.Encrypted = !_facts.HelloRetried;
                if (direction.Encrypted && _facts.ChangedCipher(from))
                {
                    Changed();
                    outcome = WhenRead;
                }

                return size;

            case TlsContentType.ApplicationData or TlsContentType.Handshake or TlsContentType.Alert when IsDecrypting:
                if (window.Length < size)
                {
                    direction.Wanted = size;
                    return 0;
                }

                if (_decryption!.Record(from, record.Type, window[..size], timestamp, _facts))
                {
                    Changed();
                }

                outcome = IsDecrypting ? Outcome.More : Outcome.Finished;
                return size;

            case TlsContentType.ApplicationData:
                // Early data may come before the ServerHello (RFC 8446 section 4.2.10); without any hello the beginning was missed.
                outcome = !_facts.SawClientHello || (_facts.SawServerHello && from != _facts.Client) ? Outcome.Finished : Outcome.More;
                return size;

            default:
                return size;
        }
    }

    /// <summary>Reads the handshake messages at the front of the window, which may fill several records or a part of one.</summary>
    private int ReadHandshake(Side from, ref Direction direction, ReadOnlySpan<byte> window, out Outcome outcome)
    {
        Span<byte> header = stackalloc byte[HandshakeHeaderSize];
        int consumed;
        do
        {
            outcome = Outcome.More;
            int available = TlsFragments.Measure(window, direction.Handled, out int records, out bool interrupted);
            int length = HandshakeHeaderSize;
            if (TlsFragments.Gather(window, direction.Handled, header) == HandshakeHeaderSize)
            {
                length += (int)(BinaryPrimitives.ReadUInt32BigEndian(header) & 0xFFFFFF);
            }

            if (available < length)
            {
                if (interrupted || length > InspectionLimits.StreamWindow)
                {
                    // Something else inside of a message, which RFC 8446 section 5.1 forbids, or one too long to matter: go on behind it.
                    if (records > 0)
                    {
                        ReadCutHello(from, window, direction.Handled);
                        direction.Handled = 0;
                    }

                    return records;
                }

                direction.Wanted = window.Length + (length - available); // Record headers in between only make it more.
                return 0;
            }

            outcome = ReadMessage(from, window, direction.Handled, length);
            consumed = TlsFragments.Skip(window, ref direction.Handled, length);
        }
        while (consumed == 0 && outcome == Outcome.More);
        return consumed;
    }

    private Outcome ReadMessage(Side from, ReadOnlySpan<byte> window, int handled, int length)
    {
        ReadOnlySpan<byte> record = TlsFragments.First(window)[handled..];
        if (record.Length >= length)
        {
            return ReadMessage(from, (TlsHandshakeType)record[0], record[HandshakeHeaderSize..length]);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        TlsFragments.Gather(window, handled, rented.AsSpan(0, length));
        Outcome outcome = ReadMessage(from, (TlsHandshakeType)rented[0], rented.AsSpan(HandshakeHeaderSize, length - HandshakeHeaderSize));
        ArrayPool<byte>.Shared.Return(rented);
        return outcome;
    }

    /// <summary>A ClientHello that does not go on still has its first fields.</summary>
    private void ReadCutHello(Side from, ReadOnlySpan<byte> window, int handled)
    {
        if (_facts.SawClientHello)
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(window.Length);
        int length = TlsFragments.Gather(window, handled, buffer);
        ReadOnlySpan<byte> message = buffer.AsSpan(0, length);
        if (length > HandshakeHeaderSize && message[0] == (byte)TlsHandshakeType.ClientHello
            && ClientHello.TryParseTruncated(message[HandshakeHeaderSize..], out ClientHello hello))
        {
            _facts.Read(from, hello);
            Changed();
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void TimeHello()
    {
        if (_helloAt == 0 && _facts is { SawClientHello: true, SawServerHello: false })
        {
            _helloAt = _now;
        }
        else if (_helloAt != 0 && _facts is { SawServerHello: true, ServerHelloTime: null } && _now >= _helloAt)
        {
            _facts.ServerHelloTime = _now - _helloAt;
        }
    }

    private Outcome ReadMessage(Side from, TlsHandshakeType type, ReadOnlySpan<byte> body)
    {
        _decryption?.Hello(from, type, body);
        switch (_facts.Read(from, type, body))
        {
            case TlsReading.Damaged:
                return _facts.SawHello ? Outcome.Finished : Outcome.Reject;
            case TlsReading.Learned:
                TimeHello();
                Changed();
                return WhenRead;
            default:
                return Outcome.More;
        }
    }
}
