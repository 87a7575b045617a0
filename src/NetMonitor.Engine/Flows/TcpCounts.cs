namespace NetMonitor.Flows;

/// <summary>How often a TCP connection showed each of the <see cref="TcpFindings"/> that are counted. Most never show one.</summary>
internal struct TcpCounts
{
    public uint Retransmissions;
    public uint FastRetransmissions;
    public uint SpuriousRetransmissions;
    public uint OutOfOrder;
    public uint DuplicateAcks;
    public uint LostSegments;
    public uint ZeroWindows;
    public uint WindowFull;
    public uint KeepAlives;

    /// <summary>Counts what a segment told.</summary>
    public void Add(TcpFindings findings)
    {
        Retransmissions += Bit(findings, TcpFindings.Retransmission);
        FastRetransmissions += Bit(findings, TcpFindings.FastRetransmission);
        SpuriousRetransmissions += Bit(findings, TcpFindings.SpuriousRetransmission);
        OutOfOrder += Bit(findings, TcpFindings.OutOfOrder);
        DuplicateAcks += Bit(findings, TcpFindings.DuplicateAck);
        LostSegments += Bit(findings, TcpFindings.LostSegment);
        ZeroWindows += Bit(findings, TcpFindings.ZeroWindow);
        WindowFull += Bit(findings, TcpFindings.WindowFull);
        KeepAlives += Bit(findings, TcpFindings.KeepAlive);
    }

    private static uint Bit(TcpFindings findings, TcpFindings one) => (findings & one) != 0 ? 1u : 0;
}
