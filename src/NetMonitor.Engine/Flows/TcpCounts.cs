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

    /// <summary>Segments with payload that were surely sent again.</summary>
    public uint Losses;

    /// <summary>Counts what a segment told.</summary>
    /// <param name="findings">That.</param>
    /// <param name="isLoss">It has payload and was surely sent again.</param>
    public void Add(TcpFindings findings, bool isLoss)
    {
        Losses += isLoss ? 1u : 0;
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
