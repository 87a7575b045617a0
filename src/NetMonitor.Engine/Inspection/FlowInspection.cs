using NetMonitor.Packets;

namespace NetMonitor.Inspection;

/// <summary>
/// The inspection of one flow, from its first payload byte until it is classified and nothing more is expected: finds the protocol, feeds
/// the inspector (for TCP through reassembly), keeps the result. Used by one thread.
/// </summary>
public sealed class FlowInspection : IFindings
{
    private FlowContext _context;            // of the innermost protocol
    private StreamDetection? _streams;       // TCP and SCTP, until finished
    private SctpAssociation? _association;   // SCTP, until finished
    private Candidates _datagramRows;
    private Candidates _nextRows;            // of the next datagram, when more is known of it
    private int _datagramRow;
    private int _undecidedDatagrams;
    private bool _datagramsAccepted;
    private Inspector? _inspector;           // the innermost
    private List<Inspector>? _outer;         // those that handed over to it, first to last
    private string? _hint;                   // what the port suggests
    private string? _name;                   // that an upgrade gave
    private int _changes;                    // what changed besides the inspectors' own revisions
    private int _seenChanges;
    private ApplicationDetails? _details;
    private int _detailsVersion;

    /// <summary>Begins the inspection of a flow.</summary>
    public FlowInspection(in FlowContext context) => Restart(context);

    /// <summary>Begins the inspection of another flow, when this one's is finished and nobody refers to it.</summary>
    internal void Restart(in FlowContext context)
    {
        _context = context;
        IsFinished = context.Protocol is not (TransportProtocol.TCP or TransportProtocol.UDP or TransportProtocol.SCTP);
        Version = 0;
        ClosedAt = 0;
        (_streams, _association, _inspector, _outer) = (null, null, null, null);
        (_datagramRows, _nextRows) = (ProtocolIndex.DatagramRows, default);
        (_datagramRow, _undecidedDatagrams, _datagramsAccepted) = (0, 0, false);
        (_hint, _name, _changes, _seenChanges) = (null, null, 0, 0);
        (_details, _detailsVersion) = (null, 0);
    }

    /// <summary>The rows that the first bytes of a direction, or a datagram, may be, from the first that fits on. None: they are nobody's.</summary>
    /// <param name="context">The flow.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="payload">The bytes; at least one.</param>
    /// <remarks>A flow of which all that is seen is nobody's needs no inspection to tell, unless its port suggests something.</remarks>
    internal static Candidates RowsFor(in FlowContext context, Side from, ReadOnlySpan<byte> payload)
    {
        return context.Protocol == TransportProtocol.TCP
            ? Fitting(ProtocolIndex.StreamRowsFor(payload[0]), ProtocolIndex.StreamProbes, Match.NeedMore, context, from, payload)
            : Fitting(ProtocolIndex.DatagramRowsFor(payload[0]), ProtocolIndex.DatagramProbes, Match.Yes, context, from, payload);
    }

    /// <summary>Rows from the first on whose probe says at least so much.</summary>
    private static Candidates Fitting(Candidates rows, Probe?[] probes, Match least, in FlowContext context, Side from, ReadOnlySpan<byte> payload)
    {
        while (!rows.IsEmpty && probes[rows.First]!(context, from, payload) < least)
        {
            rows.Remove(rows.First);
        }

        return rows;
    }

    /// <summary>What was found out by <see cref="RowsFor"/> need not be found out again.</summary>
    /// <param name="side">A direction.</param>
    /// <param name="rows">What its first bytes, which come next, may be; none when what it sent so far is nobody's.</param>
    internal void Narrow(Side side, Candidates rows)
    {
        if (_context.Protocol == TransportProtocol.TCP)
        {
            (_streams ??= StreamDetection.Begin(this)).Narrow(side, rows);
        }
        else
        {
            _nextRows = rows;
        }
    }

    /// <summary>True when no further packet is wanted. Buffers have been given back; the result stays.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Grows by one whenever one of the results below changed.</summary>
    public int Version { get; private set; }

    /// <summary>The protocol, or null.</summary>
    public string? Application => _name ?? Innermost?.Application ?? _hint;

    /// <summary>How sure that is.</summary>
    public Confidence? Confidence => Innermost?.Confidence ?? (_hint is null ? null : NetMonitor.Confidence.Port);

    /// <summary>The state the protocol gives the connection, or null.</summary>
    public ConnectionState? State => Innermost?.State;

    /// <summary>When the protocol's state became one that ends the connection (QUIC draining, closed), nanoseconds since 1970; 0 while it is not.</summary>
    public long ClosedAt { get; private set; }

    /// <summary>What was learned, or null. Builds the record when something changed since it was last asked for.</summary>
    public ApplicationDetails? Details => GetDetails(keep: true);

    /// <inheritdoc cref="IFindings.GetDetails"/>
    internal ApplicationDetails? GetDetails(bool keep)
    {
        if (_detailsVersion == Version)
        {
            return _details;
        }

        ApplicationDetails? details = BuildDetails(keep);
        if (keep)
        {
            (_details, _detailsVersion) = (details, Version);
        }

        return details;
    }

    /// <inheritdoc/>
    ApplicationDetails? IFindings.GetDetails(bool keep) => GetDetails(keep);

    /// <summary>Names that DNS answers of this flow gave addresses since they were last taken, or null.</summary>
    internal Dns.DnsResolutions? Resolutions => Innermost?.Resolutions;

    /// <inheritdoc cref="Inspector.ExpectedPorts"/>
    internal List<ushort>? ExpectedPorts => Innermost?.ExpectedPorts;

    /// <summary>What is to be kept once nothing more is wanted: nothing when nothing was found, what the inspector has to say where it alone says all. Unless that is this, nobody may ask this one again.</summary>
    internal IFindings? Keep() => _inspector is null && _outer is null && _hint is null ? null
        : _outer is null && _name is null && Believed is { State: null } alone ? alone.Remains() : this;

    /// <summary>The side that opened the connection, by what was said; null when nothing told. The outermost protocol knows best.</summary>
    internal Side? Opener
    {
        get
        {
            for (int i = 0; i < _outer?.Count; i++)
            {
                if (_outer[i].Opener is { } opener)
                {
                    return opener;
                }
            }

            return Believed?.Opener;
        }
    }

    /// <summary>Bytes held for this flow.</summary>
    internal int Buffered => (_streams?.Buffered ?? 0) + (_association?.Buffered ?? 0);

    private Inspector? Innermost => Believed ?? (_outer is { Count: > 0 } outer ? outer[^1] : null);

    private Inspector? Believed => _inspector is { IsTentative: false } ? _inspector : null;

    /// <summary>A TCP segment.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="sequence">Its sequence number (of the SYN, when it has one).</param>
    /// <param name="flags">Its control bits.</param>
    /// <param name="payload">Its payload as captured; may be empty.</param>
    /// <param name="wireLength">Its payload's length on the wire; what was not captured is a gap.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    public void Segment(Side from, uint sequence, TcpFlags flags, ReadOnlySpan<byte> payload, int wireLength, long timestamp)
    {
        if (IsFinished || _context.Protocol != TransportProtocol.TCP)
        {
            return;
        }

        if (_streams is null)
        {
            // An acknowledgment alone is nothing to begin with.
            if (payload.IsEmpty && (flags & TcpFlags.Syn) == 0)
            {
                return;
            }

            _streams = StreamDetection.Begin(this);
        }

        _streams.Segment(from, sequence, flags, payload, wireLength, timestamp);
        EndStreams();
        Observe();
    }

    /// <summary>A UDP datagram, or the chunks of an SCTP packet.</summary>
    public void Datagram(Side from, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (!IsFinished && _context.Protocol == TransportProtocol.SCTP)
        {
            _association ??= new SctpAssociation(this, _streams = StreamDetection.Begin(this));
            _association.Packet(from, payload, timestamp);
            EndStreams();
            Observe();
            return;
        }

        if (IsFinished || payload.IsEmpty || _context.Protocol != TransportProtocol.UDP)
        {
            return;
        }

        // A rejected datagram is offered to the rows after the one that had taken it.
        while (_inspector is not null || FindDatagramRow(from, payload))
        {
            Outcome outcome = ((DatagramInspector)_inspector!).Inspect(from, payload, timestamp);
            if (outcome == Outcome.Finished)
            {
                Finish();
            }

            if (outcome == Outcome.Upgraded && HandOver())
            {
                continue;
            }

            if (outcome != Outcome.Reject)
            {
                _datagramsAccepted |= _inspector is { IsTentative: false };
                break;
            }

            if (_datagramsAccepted && _inspector.Confidence > NetMonitor.Confidence.Heuristic)
            {
                break; // One odd datagram does not undo what others have shown; but a guess it does.
            }

            _datagramRows.Remove(_datagramRow);
            _datagramsAccepted = false;
            _inspector = null;
            _changes++;
        }

        Observe();
        ClosedAt = State is not (ConnectionState.QUIC_DRAINING or ConnectionState.QUIC_CLOSED) ? 0 : ClosedAt != 0 ? ClosedAt : timestamp;
    }

    /// <summary>The connection ids of a QUIC flow; the default of others.</summary>
    internal (Quic.QuicConnectionId Client, Quic.QuicConnectionId Server) QuicIds => _inspector is Quic.QuicInspector quic ? quic.Ids : default;

    /// <summary>The QUIC connection goes on between other addresses.</summary>
    internal void Moved()
    {
        (_inspector as Quic.QuicInspector)?.Moved();
        Observe();
    }

    /// <summary>Ends the inspection (the flow closed or timed out): buffers go back.</summary>
    public void Close()
    {
        if (!IsFinished)
        {
            _streams?.EndAll();
            Finish();
            EndStreams();
            Observe();
        }
    }

    /// <summary>A protocol was found.</summary>
    internal void Decided(Inspector inspector)
    {
        _inspector = inspector;
        _changes++;
    }

    /// <summary>The protocol found is not the one after all.</summary>
    internal void Undecided()
    {
        _inspector = null;
        _changes++;
    }

    /// <summary>The protocol handed over.</summary>
    /// <returns>False when this happened too often.</returns>
    internal bool Upgraded(Upgrade upgrade)
    {
        _outer ??= [];
        _outer.Add(_inspector!);
        _inspector = upgrade.Successor;
        _context = upgrade.Context;
        _name = upgrade.Application;
        _changes++;
        return _outer.Count <= InspectionLimits.Upgrades;
    }

    /// <summary>The flow as the innermost protocol sees it.</summary>
    internal ref readonly FlowContext Context => ref _context;

    /// <summary>Payload matched nothing: the port may have a suggestion.</summary>
    internal void Unmatched(bool sawStart)
    {
        // Inside of an upgrade the outer protocol is known; better than a guess.
        if (_hint is null && _outer is null && ProtocolIndex.ByPort(_context, sawStart) is { } hint)
        {
            _hint = hint;
            _changes++;
        }
    }

    /// <summary>Nothing more is wanted.</summary>
    internal void Finish()
    {
        IsFinished = true;
        _streams?.Release();
        _inspector?.Release();
        for (int i = 0; i < _outer?.Count; i++)
        {
            _outer[i].Release();
        }
    }

    /// <summary>Not in <see cref="Finish"/>, which they may have called themselves.</summary>
    private void EndStreams()
    {
        if (IsFinished)
        {
            _streams?.End();
            _streams = null;
            _association = null;
        }
    }

    private bool FindDatagramRow(Side from, ReadOnlySpan<byte> payload)
    {
        Candidates rows = _nextRows.IsEmpty ? ProtocolIndex.DatagramRowsFor(payload[0]) : _nextRows;
        rows = Fitting(rows.And(_datagramRows), ProtocolIndex.DatagramProbes, Match.Yes, _context, from, payload);
        _nextRows = default;
        if (!rows.IsEmpty)
        {
            _datagramRow = rows.First;
            Decided(ProtocolTable.Rows[_datagramRow].CreateDatagram!(_context));
            return true;
        }

        Unmatched(sawStart: true);
        if (++_undecidedDatagrams >= InspectionLimits.UndecidedDatagrams)
        {
            Finish();
        }

        return false;
    }

    /// <summary>The datagram begins another protocol, which is found by content.</summary>
    /// <returns>False when this happened too often.</returns>
    private bool HandOver()
    {
        Candidates rows = ProtocolIndex.DatagramRows;
        rows.Remove(_datagramRow);
        _datagramRows = rows;
        _datagramsAccepted = false;
        if (Upgraded(new Upgrade(_context)))
        {
            return true;
        }

        Finish();
        return false;
    }

    private void Observe()
    {
        int changes = _changes + (_inspector?.Revision ?? 0);
        for (int i = 0; i < _outer?.Count; i++)
        {
            changes += _outer[i].Revision;
        }

        if (changes != _seenChanges)
        {
            _seenChanges = changes;
            Version++;
        }
    }

    private ApplicationDetails? BuildDetails(bool keep)
    {
        ApplicationDetails? outer = null;
        for (int i = 0; i < _outer?.Count; i++)
        {
            outer = Join(_outer[i].GetDetails(keep), outer);
        }

        return Join(Believed?.GetDetails(keep), outer);
    }

    /// <summary>What was learned inside, with what was learned around it.</summary>
    internal static ApplicationDetails? Join(ApplicationDetails? inner, ApplicationDetails? outer) =>
        inner is null ? outer : outer is null ? inner : inner with { Outer = Join(inner.Outer, outer) };
}
