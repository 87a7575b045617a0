namespace NetMonitor.Inspection;

/// <summary>Finds the rows of <see cref="ProtocolTable"/> that may be meant: by kind of flow, by first byte, by port.</summary>
internal static class ProtocolIndex
{
    /// <summary>A bit for every row that has a probe for TCP streams.</summary>
    public static readonly Candidates StreamRows = Candidates.Of(ProtocolTable.Rows, row => row.StreamProbe is not null);

    /// <summary>A bit for every row that has a probe for datagrams.</summary>
    public static readonly Candidates DatagramRows = Candidates.Of(ProtocolTable.Rows, row => row.DatagramProbe is not null);

    /// <summary>The probes of the rows alone: an array, because every flow tries most of them.</summary>
    public static readonly Probe?[] StreamProbes = [.. ProtocolTable.Rows.Select(row => row.StreamProbe)];

    /// <summary>The same for datagrams.</summary>
    public static readonly Probe?[] DatagramProbes = [.. ProtocolTable.Rows.Select(row => row.DatagramProbe)];

    private static readonly Candidates[] DatagramRowsByFirst = RowsByFirst();
    private static readonly Candidates[] StreamRowsByFirst = new Candidates[256];
    private static readonly bool[] IsByFirstKnown = new bool[256];

    /// <summary>The rows that a datagram may be whose first byte is this one.</summary>
    public static Candidates DatagramRowsFor(byte first) => DatagramRowsByFirst[first];

    private static Candidates[] RowsByFirst()
    {
        var rows = new Candidates[byte.MaxValue + 1];
        for (int first = 0; first < rows.Length; first++)
        {
            rows[first] = Candidates.Of(ProtocolTable.Rows, row => row.DatagramProbe is not null && row.DatagramFirst?.Invoke((byte)first) != false);
        }

        return rows;
    }

    /// <summary>The rows that a TCP stream may be whose first byte is this one: few, so that few probes are called.</summary>
    /// <remarks>Found out by the probes themselves, when a byte is first met: what says No to one byte says so to more. Of the ports, which may make a probe
    /// believe more, each row's own are tried.</remarks>
    public static Candidates StreamRowsFor(byte first)
    {
        if (!Volatile.Read(ref IsByFirstKnown[first]))
        {
            Candidates rows = StreamRows;
            for (Candidates left = StreamRows; !left.IsEmpty; left.Remove(left.First))
            {
                if (!MayBegin(ProtocolTable.Rows[left.First], first))
                {
                    rows.Remove(left.First);
                }
            }

            StreamRowsByFirst[first] = rows; // Whoever does this at the same time writes the same.
            Volatile.Write(ref IsByFirstKnown[first], true);
        }

        return StreamRowsByFirst[first];
    }

    private static bool MayBegin(ProtocolRow row, byte first)
    {
        bool may = MayBegin(row, first, port: 0);
        for (int i = 0; i < row.Ports.Count && !may; i++)
        {
            may = MayBegin(row, first, row.Ports[i].Port);
        }

        return may;
    }

    private static bool MayBegin(ProtocolRow row, byte first, ushort port)
    {
        foreach (Side side in (ReadOnlySpan<Side>)[Side.Originator, Side.Responder])
        {
            if (row.StreamProbe!(new FlowContext(TransportProtocol.TCP, 0, port), side, [first]) != Match.No
                || row.StreamProbe(new FlowContext(TransportProtocol.TCP, port, 0), side, [first]) != Match.No)
            {
                return true;
            }
        }

        return false;
    }

    private static readonly PortRow[] TcpHints = HintsOf(TransportProtocol.TCP);
    private static readonly PortRow[] UdpHints = HintsOf(TransportProtocol.UDP);

    /// <summary>What the ports suggest; null when they suggest nothing, or something that the bytes would have shown.</summary>
    /// <param name="context">The flow.</param>
    /// <param name="sawStart">True when probes have seen the beginning: what they did not find is not there.</param>
    public static string? ByPort(in FlowContext context, bool sawStart) =>
        ByPort(context.Protocol, context.ResponderPort, sawStart) ?? ByPort(context.Protocol, context.OriginatorPort, sawStart);

    private static string? ByPort(TransportProtocol transport, ushort port, bool sawStart)
    {
        PortRow[] hints = transport == TransportProtocol.UDP ? UdpHints : TcpHints;
        int first = 0;
        for (int count = hints.Length; count > 0;)
        {
            int half = count / 2;
            (first, count) = hints[first + half].Port < port ? (first + half + 1, count - half - 1) : (first, half);
        }

        return first < hints.Length && hints[first].Port == port && !(sawStart && hints[first].HasProbe) ? hints[first].Application : null;
    }

    private static PortRow[] HintsOf(TransportProtocol transport)
    {
        List<PortRow> hints = [];
        foreach (ProtocolRow row in ProtocolTable.Rows)
        {
            foreach (PortHint hint in row.Ports)
            {
                if (hint.Transport == transport)
                {
                    hints.Add(new PortRow(hint.Port, row.HasProbe(transport), hint.Application));
                }
            }
        }

        hints.Sort(static (a, b) => a.Port.CompareTo(b.Port));
        return [.. hints];
    }

    /// <summary>What a port suggests.</summary>
    private sealed record PortRow(ushort Port, bool HasProbe, string Application);
}
