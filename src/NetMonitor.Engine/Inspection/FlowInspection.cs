using NetMonitor.Packets;

namespace NetMonitor.Inspection;

/// <summary>
/// The inspection of one flow, from its first payload byte until it is classified and nothing more is expected: finds the protocol, feeds
/// the inspector (for TCP through reassembly), keeps the result. Used by one thread.
/// </summary>
public sealed class FlowInspection
{
    /// <summary>What is needed only while something is still expected; most flows of a table have none.</summary>
    private sealed class Search
    {
        public StreamDetection? Streams;         // TCP, SCTP
        public SctpAssociation? Association;     // SCTP
        public int UndecidedDatagrams;
        public Candidates DatagramRows = ProtocolTable.DatagramRows;
        public int DatagramRow;
        public bool DatagramsAccepted;
    }

    private readonly FlowContext _flow;
    private FlowContext _context;            // of the innermost protocol
    private Search? _search;
    private Inspector? _inspector;           // the innermost
    private List<Inspector>? _outer;         // those that handed over to it, first to last
    private string? _hint;                   // what the port suggests
    private string? _name;                   // that an upgrade gave
    private int _changes;                    // what changed besides the inspectors' own revisions
    private int _seenChanges;
    private ApplicationDetails? _details;
    private int _detailsVersion;

    /// <summary>Begins the inspection of a flow.</summary>
    public FlowInspection(in FlowContext context)
    {
        _flow = _context = context;
        _search = context.Protocol is TransportProtocol.TCP or TransportProtocol.UDP or TransportProtocol.SCTP ? new Search() : null;
    }

    /// <summary>True when no further packet is wanted. Buffers have been given back; the result stays.</summary>
    public bool IsFinished => _search is null;

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
    public ApplicationDetails? Details
    {
        get
        {
            if (_detailsVersion != Version)
            {
                _details = BuildDetails();
                _detailsVersion = Version;
            }

            return _details;
        }
    }

    /// <summary>Names that DNS answers of this flow gave addresses since they were last taken, or null.</summary>
    internal Dns.DnsResolutions? Resolutions => Innermost?.Resolutions;

    /// <summary>True when nothing was found and nothing more is wanted: there is no reason to keep it.</summary>
    internal bool IsBarren => _search is null && _inspector is null && _outer is null && _hint is null;

    /// <summary>Bytes held for this flow.</summary>
    internal int Buffered => (_search?.Streams?.Buffered ?? 0) + (_search?.Association?.Buffered ?? 0);

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
        if (_search is not { } search || _flow.Protocol != TransportProtocol.TCP)
        {
            return;
        }

        if (search.Streams is null)
        {
            // An acknowledgment alone is nothing to begin with.
            if (payload.IsEmpty && (flags & TcpFlags.Syn) == 0)
            {
                return;
            }

            search.Streams = new StreamDetection(this);
        }

        search.Streams.Segment(from, sequence, flags, payload, wireLength, timestamp);
        Observe();
    }

    /// <summary>A UDP datagram, or the chunks of an SCTP packet.</summary>
    public void Datagram(Side from, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (_search is { } chunked && _flow.Protocol == TransportProtocol.SCTP)
        {
            chunked.Association ??= new SctpAssociation(this, chunked.Streams = new StreamDetection(this));
            chunked.Association.Packet(from, payload, timestamp);
            Observe();
            return;
        }

        if (_search is not { } search || payload.IsEmpty || _flow.Protocol != TransportProtocol.UDP)
        {
            return;
        }

        // A rejected datagram is offered to the rows after the one that had taken it.
        while (_inspector is not null || FindDatagramRow(search, from, payload))
        {
            Outcome outcome = ((DatagramInspector)_inspector!).Inspect(from, payload, timestamp);
            if (outcome == Outcome.Finished)
            {
                Finish();
            }

            if (outcome == Outcome.Upgraded && HandOver(search))
            {
                continue;
            }

            if (outcome != Outcome.Reject)
            {
                search.DatagramsAccepted |= _inspector is { IsTentative: false };
                break;
            }

            if (search.DatagramsAccepted && _inspector.Confidence > NetMonitor.Confidence.Heuristic)
            {
                break; // One odd datagram does not undo what others have shown; but a guess it does.
            }

            search.DatagramRows.Remove(search.DatagramRow);
            search.DatagramsAccepted = false;
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
            _search?.Streams?.EndAll();
            Finish();
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
        if (_hint is null && _outer is null && ProtocolTable.ByPort(_flow, sawStart) is { } hint)
        {
            _hint = hint;
            _changes++;
        }
    }

    /// <summary>Nothing more is wanted.</summary>
    internal void Finish()
    {
        _search?.Streams?.Release();
        _search = null;
        _inspector = Settle(_inspector);
        for (int i = 0; i < _outer?.Count; i++)
        {
            _outer[i] = Settle(_outer[i])!;
        }
    }

    private static Inspector? Settle(Inspector? inspector)
    {
        inspector?.Release();
        return inspector?.Settled();
    }

    private bool FindDatagramRow(Search search, Side from, ReadOnlySpan<byte> payload)
    {
        for (Candidates rows = search.DatagramRows; !rows.IsEmpty;)
        {
            int row = rows.First;
            rows.Remove(row);
            if (ProtocolTable.DatagramProbes[row]!(_flow, from, payload) == Match.Yes)
            {
                search.DatagramRow = row;
                Decided(ProtocolTable.Rows[row].CreateDatagram!(_flow));
                return true;
            }
        }

        Unmatched(sawStart: true);
        if (++search.UndecidedDatagrams >= InspectionLimits.UndecidedDatagrams)
        {
            Finish();
        }

        return false;
    }

    /// <summary>The datagram begins another protocol, which is found by content.</summary>
    /// <returns>False when this happened too often.</returns>
    private bool HandOver(Search search)
    {
        Candidates rows = ProtocolTable.DatagramRows;
        rows.Remove(search.DatagramRow);
        search.DatagramRows = rows;
        search.DatagramsAccepted = false;
        if (Upgraded(new Upgrade(_flow)))
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

    private ApplicationDetails? BuildDetails()
    {
        ApplicationDetails? outer = null;
        foreach (Inspector inspector in _outer ?? [])
        {
            outer = Join(inspector.Details, outer);
        }

        return Join(Believed?.Details, outer);
    }

    /// <summary>What was learned inside, with what was learned around it.</summary>
    internal static ApplicationDetails? Join(ApplicationDetails? inner, ApplicationDetails? outer) =>
        inner is null ? outer : outer is null ? inner : inner with { Outer = Join(inner.Outer, outer) };
}
