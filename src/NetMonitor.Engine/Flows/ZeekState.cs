namespace NetMonitor.Flows;

/// <summary>Zeek's word for a connection's life so far (conn_state of its conn.log), from what both sides have been seen to send.</summary>
internal static class ZeekState
{
    private const TcpSideFlags Syn = TcpSideFlags.Syn;
    private const TcpSideFlags Fin = TcpSideFlags.Fin;
    private const TcpSideFlags Rst = TcpSideFlags.Rst;
    private const TcpSideFlags None = TcpSideFlags.None;

    /// <param name="Originator">Bits of the originator that must be set.</param>
    /// <param name="OriginatorClear">Bits of it that must be clear.</param>
    /// <param name="Responder">Bits of the responder that must be set.</param>
    /// <param name="ResponderClear">Bits of it that must be clear.</param>
    /// <param name="State">The word.</param>
    /// <param name="Because">What it says.</param>
    internal sealed record Row(
        TcpSideFlags Originator, TcpSideFlags OriginatorClear, TcpSideFlags Responder, TcpSideFlags ResponderClear, string State, string Because);

    /// <summary>The rows for TCP, tried top to bottom.</summary>
    internal static readonly Row[] Rows =
    [
        new(Syn, Fin, Rst, Syn | Fin, "REJ", "the responder answered the SYN with a RST"),
        new(None, Syn | Fin | Rst, Rst, None, "RSTRH", "the responder sent a RST, and the originator's SYN was not seen"),
        new(None, None, Rst, None, "RSTR", "established, the responder sent a RST"),
        new(Rst, None, None, Syn | Fin, "RSTOS0", "the originator sent a RST, and no SYN-ACK was seen"),
        new(Rst, None, None, None, "RSTO", "established, the originator sent a RST"),
        new(Fin, None, Fin, None, "SF", "both sides sent a FIN"),
        new(Fin, None, None, Syn, "SH", "the originator sent a FIN, and no SYN-ACK was seen"),
        new(Fin, None, None, None, "S2", "established, only the originator sent a FIN"),
        new(None, Syn, Fin, None, "SHR", "the responder sent a FIN, and the originator's SYN was not seen"),
        new(None, None, Fin, None, "S3", "established, only the responder sent a FIN"),
        new(Syn, None, Syn, None, "S1", "established, nobody sent a FIN or RST"),
        new(Syn, None, None, None, "S0", "a SYN, and no answer"),
        new(None, None, None, None, "OTH", "picked up in the middle"),
    ];

    public static string OfTcp(TcpSideFlags originator, bool responderHeard, TcpSideFlags responder)
    {
        foreach (Row row in Rows)
        {
            if ((originator & row.Originator) == row.Originator && (originator & row.OriginatorClear) == 0
                && (responder & row.Responder) == row.Responder && (responder & row.ResponderClear) == 0)
            {
                return row.State == "S0" && responderHeard ? "OTH" : row.State;
            }
        }

        throw new System.Diagnostics.UnreachableException("The last row matches all.");
    }

    /// <summary>UDP has no states: who sent anything.</summary>
    public static string OfUdp(bool originatorSent, bool responderSent) =>
        originatorSent ? responderSent ? "SF" : "S0" : responderSent ? "SHR" : "OTH";
}
