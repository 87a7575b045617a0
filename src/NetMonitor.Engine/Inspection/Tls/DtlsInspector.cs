namespace NetMonitor.Inspection.Tls;

/// <summary>
/// DTLS 1.0 to 1.3 (RFC 4347, RFC 6347, RFC 9147), by itself or behind the preamble of CAPWAP: the same handshake as TLS in datagrams,
/// which may be lost, repeated and reordered.
/// </summary>
internal sealed class DtlsInspector(FlowContext context) : DatagramInspector
{
    private const int AlertSize = 2;        // AlertLevel level; AlertDescription description; (RFC 8446 section 6)
    private const byte WarningAlert = 1;
    private const byte FatalAlert = 2;
    private const int LongestChangeCipherSpec = 3; // bytes: 1, with a message number behind it before RFC 4347
    private const int TrackedMessages = 64; // bits of a mask; a handshake has a dozen

    /// <summary>Before DTLS in CAPWAP: version 0, type 1, three reserved bytes (RFC 5415 section 4.2).</summary>
    private static ReadOnlySpan<byte> CapwapPreamble => [0x01, 0x00, 0x00, 0x00];

    private readonly TlsFacts _facts = new(Ja4.Dtls);
    private readonly DtlsMessages _originator = new();
    private readonly DtlsMessages _responder = new();
    private int _datagrams;
    private ulong _serverMessages;          // those seen, by their number
    private int _serverHello = -1;          // their numbers
    private int _serverHelloDone = -1;

    /// <inheritdoc/>
    public override string Application => TlsApplications.Name(_facts, context);

    /// <inheritdoc/>
    public override Confidence Confidence => _facts.SawHello ? Confidence.Decoded : Confidence.Signature;

    /// <summary>A record whose content fits its type.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> datagram)
    {
        if (!DtlsRecord.TryParse(WithoutPreamble(datagram), out DtlsRecord record) || record.Length == 0)
        {
            return Match.No;
        }

        bool isEncrypted = record.Epoch > 0;
        bool fits = record.Type switch
        {
            // In the clear a message begins; a capture may have cut its end.
            TlsContentType.Handshake when !isEncrypted =>
                DtlsFragment.IsHeader(record.Content) && DtlsFragment.SizeOf(record.Content) <= record.Length,
            TlsContentType.ChangeCipherSpec => record.Content is [1, ..] && record.Length <= LongestChangeCipherSpec,
            TlsContentType.Alert when !isEncrypted => record.Length == AlertSize && record.Content is [WarningAlert or FatalAlert, ..],
            TlsContentType.Handshake or TlsContentType.Alert or TlsContentType.ApplicationData => isEncrypted && record.IsWhole,
            _ => false,
        };
        return fits ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        ReadOnlySpan<byte> rest = WithoutPreamble(datagram);
        Outcome outcome = ++_datagrams < InspectionLimits.DtlsDatagrams ? Outcome.More : Outcome.Finished;
        while (DtlsRecord.TryParse(rest, out DtlsRecord record))
        {
            if (ReadRecord(from, record))
            {
                outcome = Outcome.Finished;
            }

            rest = rest[record.Size..];
        }

        return _facts.SawClientHello && _facts.IsServerDone && !MissesServerMessage ? Outcome.Finished : outcome;
    }

    /// <inheritdoc/>
    protected internal override void Release()
    {
        _originator.Clear();
        _responder.Clear();
    }

    /// <inheritdoc/>
    internal override IFindings Remains() => _facts.Settle(Application, Confidence);

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _facts.ToDetails();

    private static ReadOnlySpan<byte> WithoutPreamble(ReadOnlySpan<byte> datagram) =>
        datagram.StartsWith(CapwapPreamble) ? datagram[CapwapPreamble.Length..] : datagram;

    /// <summary>True while a message between ServerHello and ServerHelloDone has not come yet.</summary>
    private bool MissesServerMessage
    {
        get
        {
            if (_serverHelloDone < _serverHello || _serverHello < 0)
            {
                return false;
            }

            ulong wanted = ((1UL << (_serverHelloDone - _serverHello)) - 1) << _serverHello;
            return (_serverMessages & wanted) != wanted;
        }
    }

    /// <returns>True when nothing more can be learned.</returns>
    private bool ReadRecord(Side from, in DtlsRecord record)
    {
        switch (record.Type)
        {
            case TlsContentType.Handshake when record.Epoch == 0:
                ReadHandshake(from, record.Content);
                return false;

            case TlsContentType.Alert when record.Epoch == 0 && record.Content.Length == AlertSize:
                _facts.Alert = record.Content[1];
                Changed();
                return record.Content[0] == FatalAlert;

            case TlsContentType.ChangeCipherSpec:
                if (_facts.ChangedCipher(from))
                {
                    Changed();
                }

                return false;

            default:
                return record.Type == TlsContentType.ApplicationData && !_facts.SawHello; // The beginning was missed.
        }
    }

    private void ReadHandshake(Side from, ReadOnlySpan<byte> content)
    {
        while (DtlsFragment.TryRead(ref content, out DtlsFragment fragment))
        {
            if (!_facts.Wants(fragment.Type))
            {
                Track(from, fragment);
            }
            else if (fragment.IsWholeMessage)
            {
                ReadMessage(from, fragment, fragment.Content);
            }
            else if ((from == Side.Originator ? _originator : _responder).Add(fragment) is { } body)
            {
                ReadMessage(from, fragment, body);
            }
        }
    }

    private void ReadMessage(Side from, in DtlsFragment fragment, ReadOnlySpan<byte> body)
    {
        if (_facts.Read(from, fragment.Type, body) == TlsReading.Learned)
        {
            Changed();
        }

        Track(from, fragment);
    }

    private void Track(Side from, in DtlsFragment fragment)
    {
        if (from == _facts.Client || fragment.Sequence >= TrackedMessages)
        {
            return;
        }

        _serverMessages |= 1UL << fragment.Sequence;
        if (fragment.Type == TlsHandshakeType.ServerHello)
        {
            _serverHello = fragment.Sequence;
        }
        else if (fragment.Type == TlsHandshakeType.ServerHelloDone)
        {
            _serverHelloDone = fragment.Sequence;
        }
    }
}
