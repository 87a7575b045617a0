namespace NetMonitor.Inspection.Quic;

/// <summary>Initial packets that came before the one that their keys follow from: a server's before its client's.</summary>
internal sealed class QuicWaitingPackets
{
    private List<(Side From, byte[] Packet)> _packets = [];

    /// <summary>Bytes held.</summary>
    public int Buffered { get; private set; }

    /// <summary>Keeps a packet, while there is room.</summary>
    public void Add(Side from, ReadOnlySpan<byte> packet)
    {
        if (Buffered + packet.Length <= InspectionLimits.QuicWaitingBytes)
        {
            _packets.Add((from, packet.ToArray()));
            Buffered += packet.Length;
        }
    }

    /// <summary>Gives all packets back, and keeps none.</summary>
    public IReadOnlyList<(Side From, byte[] Packet)> Take()
    {
        if (_packets.Count == 0)
        {
            return [];
        }

        List<(Side, byte[])> packets = _packets;
        _packets = [];
        Buffered = 0;
        return packets;
    }
}
