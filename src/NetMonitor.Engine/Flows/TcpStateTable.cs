namespace NetMonitor.Flows;

/// <summary>
/// The TCP state one side is in (RFC 9293 section 3.3.2), from what both sides have been seen to send. Rows are tried top to bottom; the first
/// match wins. Compiled once into an array, so a lookup is one load.
/// </summary>
internal static class TcpStateTable
{
    /// <param name="Own">Bits of this side that must be set.</param>
    /// <param name="OwnClear">Bits of this side that must be clear.</param>
    /// <param name="Peer">Bits of the other side that must be set.</param>
    /// <param name="PeerClear">Bits of the other side that must be clear.</param>
    /// <param name="State">Then the side is in this state.</param>
    /// <param name="Because">Why, in words.</param>
    internal sealed record Row(TcpSideFlags Own, TcpSideFlags OwnClear, TcpSideFlags Peer, TcpSideFlags PeerClear, ConnectionState State, string Because);

    private const TcpSideFlags None = TcpSideFlags.None;
    private const TcpSideFlags Syn = TcpSideFlags.Syn;
    private const TcpSideFlags SynAcked = TcpSideFlags.SynAcked;
    private const TcpSideFlags Fin = TcpSideFlags.Fin;
    private const TcpSideFlags FinAcked = TcpSideFlags.FinAcked;
    private const TcpSideFlags FinSecond = TcpSideFlags.FinSecond;
    private const TcpSideFlags Open = TcpSideFlags.Open;
    private const int FlagBits = 6;
    private const int FlagMask = (1 << FlagBits) - 1;

    /// <summary>The rows, below "any RST: CLOSED".</summary>
    internal static readonly IReadOnlyList<Row> Rows =
    [
        new(Fin | FinSecond | FinAcked, None, Fin, None, ConnectionState.CLOSED, "it closed second and its FIN was acknowledged"),
        new(Fin | FinSecond, None, Fin, None, ConnectionState.LAST_ACK, "it closed second and waits for the last ACK"),
        new(Fin | FinAcked, None, Fin, None, ConnectionState.TIME_WAIT, "it closed first, or both at once, and all is acknowledged"),
        new(Fin, None, Fin, None, ConnectionState.CLOSING, "both FINs crossed and its own is not acknowledged"),
        new(Fin | FinAcked, None, None, Fin, ConnectionState.FIN_WAIT2, "its FIN was acknowledged, the other side still sends"),
        new(Fin, None, None, Fin, ConnectionState.FIN_WAIT1, "it sent a FIN"),
        new(None, Fin, Fin, None, ConnectionState.CLOSE_WAIT, "the other side sent a FIN"),
        new(Open, None, None, None, ConnectionState.ESTABLISHED, "it sends what only an open connection sends"),
        new(None, None, Open, None, ConnectionState.ESTABLISHED, "the other side does"),
        new(Syn | SynAcked, None, Syn, None, ConnectionState.ESTABLISHED, "both SYNs seen and its own acknowledged"),
        new(None, None, Syn, None, ConnectionState.SYN_RECV, "it was sent a SYN"),
        new(Syn, None, None, None, ConnectionState.SYN_SENT, "it sent a SYN"),
        new(None, None, None, None, ConnectionState.ESTABLISHED, "picked up in the middle"),
    ];

    private static readonly ConnectionState[] States = Compile();

    public static ConnectionState Lookup(TcpSideFlags own, TcpSideFlags peer, bool reset) =>
        reset ? ConnectionState.CLOSED : States[((int)own & FlagMask) | (((int)peer & FlagMask) << FlagBits)];

    private static ConnectionState[] Compile()
    {
        var states = new ConnectionState[1 << (2 * FlagBits)];
        for (int i = 0; i < states.Length; i++)
        {
            var own = (TcpSideFlags)(i & FlagMask);
            var peer = (TcpSideFlags)(i >> FlagBits);
            states[i] = Rows.First(row => (own & row.Own) == row.Own && (own & row.OwnClear) == 0
                && (peer & row.Peer) == row.Peer && (peer & row.PeerClear) == 0).State;
        }

        return states;
    }
}
