namespace NetMonitor.Packets;

/// <summary>One fragment's place and size.</summary>
/// <param name="Offset">Where its payload belongs in the datagram, in bytes.</param>
/// <param name="WireLength">Bytes of its payload on the wire; at least those captured.</param>
/// <param name="IpLength">Bytes at IP level, header included.</param>
/// <param name="More">It is not the last one.</param>
/// <param name="NextHeader">The protocol of the payload; the first fragment's counts.</param>
/// <param name="HopLimit">The first fragment's counts.</param>
internal readonly record struct Fragment(int Offset, int WireLength, int IpLength, bool More, byte NextHeader, byte HopLimit);
