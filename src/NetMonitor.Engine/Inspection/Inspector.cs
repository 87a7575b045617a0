namespace NetMonitor.Inspection;

/// <summary>
/// One of the two directions of a flow. <see cref="Originator"/> sent the first packet seen; when the opening was missed that may be the
/// server, so inspectors tell client from server by what the bytes say.
/// </summary>
public enum Side : byte
{
    /// <summary>Sent the first packet seen.</summary>
    Originator = 0,

    /// <summary>The other one.</summary>
    Responder = 1,
}

/// <summary>What a probe says of the first bytes of a direction, or of a datagram.</summary>
public enum Match : byte
{
    /// <summary>Cannot be this protocol.</summary>
    No,

    /// <summary>Could be; more bytes would tell.</summary>
    NeedMore,

    /// <summary>It is.</summary>
    Yes,
}

/// <summary>Whether an inspector wants more of its flow.</summary>
public enum Outcome : byte
{
    /// <summary>Call again with what comes next.</summary>
    More,

    /// <summary>Call again, first with what waits in the other direction: these bytes told how to read it.</summary>
    Reread,

    /// <summary>All that is expected has been seen: the flow costs nothing from here on.</summary>
    Finished,

    /// <summary>These bytes are not this protocol after all. Takes back what earlier datagrams suggested only while
    /// <see cref="Inspector.Confidence"/> is <see cref="Confidence.Heuristic"/>.</summary>
    Reject,

    /// <summary>The connection speaks another protocol from here on, in both directions (a CONNECT tunnel, STARTTLS, a WebSocket):
    /// see <see cref="StreamInspector.Upgrade"/>. Of a datagram: it is the first of another protocol, to be found by content (DTLS after
    /// STUN, RFC 7983). What was learned stays, as <see cref="ApplicationDetails.Outer"/> of what comes.</summary>
    Upgraded,
}

/// <summary>How far a stream inspector got.</summary>
/// <param name="Consumed">Bytes used up from the front of the window. May exceed the window: the rest is skipped as it arrives, without
/// being kept.</param>
/// <param name="Outcome">What it wants next.</param>
public readonly record struct Progress(long Consumed, Outcome Outcome);

/// <summary>What a flow is, for inspectors that must know.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="OriginatorPort">Port of the side that sent the first packet seen.</param>
/// <param name="ResponderPort">Port of the other side.</param>
public readonly record struct FlowContext(TransportProtocol Protocol, ushort OriginatorPort, ushort ResponderPort)
{
    /// <summary>What TLS may be decrypted with; null for not at all.</summary>
    public Tls.Decryption.TlsSecrets? Secrets { get; init; }

    /// <summary>True when either end uses <paramref name="port"/>.</summary>
    public bool Uses(ushort port) => OriginatorPort == port || ResponderPort == port;
}

/// <summary>What follows <see cref="Outcome.Upgraded"/>.</summary>
/// <param name="Context">The flow as the new protocol should see it: the ports of the tunnel's end, or the carrier's own.</param>
/// <param name="Successor">The inspector of the rest, or null to find it by content.</param>
/// <param name="Application">The connection's name, where what follows only protects what was spoken before (STARTTLS); null for the
/// successor's own.</param>
public sealed record Upgrade(FlowContext Context, StreamInspector? Successor = null, string? Application = null);

/// <summary>Follows one flow of one protocol and remembers what it said. Used by one thread.</summary>
public abstract class Inspector : IFindings
{
    /// <summary>The protocol by the name people search for; may become more exact as more is seen ("TLS", then "HTTPS").</summary>
    public abstract string Application { get; }

    /// <summary>How sure that is.</summary>
    public virtual Confidence Confidence => Confidence.Decoded;

    /// <summary>True while it gathers evidence: it is given what comes, but what it says is not passed on, and it may still reject. For
    /// datagrams that say too little one by one.</summary>
    public virtual bool IsTentative => false;

    /// <summary>The state, where the protocol has one that says more than the transport's.</summary>
    public virtual ConnectionState? State => null;

    /// <summary>Grows whenever anything above or <see cref="Details"/> changed. Cheap to ask, unlike Details.</summary>
    public int Revision { get; private set; }

    /// <summary>What was learned so far, as a new immutable record (or the one from last time when nothing was added); null before
    /// anything was.</summary>
    public ApplicationDetails? Details => GetDetails(keep: true);

    /// <inheritdoc/>
    Confidence? IFindings.Confidence => Confidence;

    /// <inheritdoc/>
    long IFindings.ClosedAt => 0;

    /// <inheritdoc cref="IFindings.GetDetails"/>
    internal ApplicationDetails? GetDetails(bool keep)
    {
        if (_builtAt == Revision)
        {
            return _details;
        }

        ApplicationDetails? details = BuildDetails();
        if (keep)
        {
            (_details, _builtAt) = (details, Revision);
        }

        return details;
    }

    /// <inheritdoc/>
    ApplicationDetails? IFindings.GetDetails(bool keep) => GetDetails(keep);

    /// <summary>The side that opened the connection, once somebody said what only that side or the other one says; null before, and where nothing tells.</summary>
    internal virtual Side? Opener => null;

    /// <summary>Names that answers gave addresses since they were last taken; null for protocols that give none.</summary>
    internal virtual Dns.DnsResolutions? Resolutions => null;

    /// <summary>Ports on which the side that spoke last awaits a connection of the other one's for data, since they were last taken; null for protocols that have none.</summary>
    internal virtual List<ushort>? ExpectedPorts => null;

    private ApplicationDetails? _details;
    private int _builtAt;

    /// <summary>To be called when something was learned.</summary>
    protected void Changed() => Revision++;

    /// <summary>Builds <see cref="Details"/> from what is known now. Not called before the first <see cref="Changed"/>.</summary>
    protected abstract ApplicationDetails? BuildDetails();

    /// <summary>Nothing more comes: buffers, if any, are let go. Details must stay available.</summary>
    protected internal virtual void Release()
    {
    }

    /// <summary>What stays of it once nothing more comes, after <see cref="Release"/>: itself, or an object that says the same in less memory. Then nobody may ask this one again.</summary>
    internal virtual IFindings Remains() => this;

    /// <summary>Begins again with nothing learned.</summary>
    protected void Restart()
    {
        Revision = _builtAt = 0;
        _details = null;
    }
}

/// <summary>Inspects a TCP stream.</summary>
public abstract class StreamInspector : Inspector
{
    /// <summary>Reads whole messages from the front of a direction's unconsumed bytes. Called again with the rest and more when more
    /// arrives, so any
    /// split of the stream gives the same result.</summary>
    /// <param name="from">The direction.</param>
    /// <param name="window">All bytes of the direction not yet consumed, in order.</param>
    /// <param name="timestamp">When the last of them was captured, nanoseconds since 1970.</param>
    public abstract Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp);

    /// <summary>What comes after <see cref="Outcome.Upgraded"/>; asked once, right after it.</summary>
    public virtual Upgrade? Upgrade => null;

    /// <summary>The direction ended (closed, bytes lost, a limit reached): <paramref name="rest"/> will never be completed. What half a
    /// message says can be taken from it.</summary>
    /// <param name="from">The direction.</param>
    /// <param name="rest">Its unconsumed bytes; may be empty.</param>
    public virtual void End(Side from, ReadOnlySpan<byte> rest)
    {
    }
}

/// <summary>Inspects a UDP flow.</summary>
public abstract class DatagramInspector : Inspector
{
    /// <summary>Reads one datagram.</summary>
    /// <param name="from">The direction.</param>
    /// <param name="datagram">The UDP payload as captured.</param>
    /// <param name="timestamp">When it was captured, nanoseconds since 1970.</param>
    public abstract Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp);
}
