namespace NetMonitor.Packets;

/// <summary>A datagram whose fragments all came.</summary>
/// <param name="Start">Where its payload starts in <see cref="FragmentReassembler.Buffer"/>.</param>
/// <param name="Captured">Bytes of payload there.</param>
/// <param name="WireLength">Bytes of payload on the wire.</param>
/// <param name="IpLength">Bytes at IP level of all fragments.</param>
/// <param name="Fragments">How many there were.</param>
/// <param name="NextHeader">The protocol of the payload.</param>
/// <param name="HopLimit">Of the first fragment.</param>
internal readonly record struct ReassembledDatagram(
    int Start, int Captured, int WireLength, int IpLength, int Fragments, byte NextHeader, byte HopLimit);
