namespace NetMonitor.Inspection;

/// <summary>Says whether the first bytes of a direction (all of them that are in order so far), or a datagram, are a protocol's.</summary>
/// <remarks>An answer holds for more bytes too: only <see cref="Match.NeedMore"/> may change. A pure function: keeps nothing, allocates
/// nothing.</remarks>
internal delegate Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes);

/// <summary>A port that suggests a protocol.</summary>
/// <param name="Transport">TCP or UDP.</param>
/// <param name="Port">The server's port.</param>
/// <param name="Application">The name it suggests, at <see cref="Confidence.Port"/>.</param>
internal readonly record struct PortHint(TransportProtocol Transport, ushort Port, string Application);

/// <summary>A row of <see cref="ProtocolTable"/>: how a protocol is found and who follows it. What it has no probe for is known by port
/// only.</summary>
/// <param name="Name">The protocol's name.</param>
internal sealed record ProtocolRow(string Name)
{
    /// <summary>Finds it in a TCP stream.</summary>
    public Probe? StreamProbe { get; init; }

    /// <summary>Follows it there.</summary>
    public Func<FlowContext, StreamInspector>? CreateStream { get; init; }

    /// <summary>Finds it in UDP datagrams.</summary>
    public Probe? DatagramProbe { get; init; }

    /// <summary>What that says No to by the first byte alone, so that it need not be called: false. Null when any byte may come first.</summary>
    public Func<byte, bool>? DatagramFirst { get; init; }

    /// <summary>Follows it there.</summary>
    public Func<FlowContext, DatagramInspector>? CreateDatagram { get; init; }

    /// <summary>Ports that are hardly used for anything else.</summary>
    public IReadOnlyList<PortHint> Ports { get; init; } = [];

    /// <summary>True when it is told by content on <paramref name="transport"/>.</summary>
    public bool HasProbe(TransportProtocol transport) => (transport == TransportProtocol.TCP ? StreamProbe : DatagramProbe) is not null;
}
