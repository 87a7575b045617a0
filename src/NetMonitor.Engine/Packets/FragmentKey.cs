namespace NetMonitor.Packets;

/// <summary>
/// What makes fragments one datagram: RFC 791 section 3.2 (with protocol), RFC 8200 section 4.5 (without). The VLAN keeps apart what was
/// captured twice.
/// </summary>
internal readonly record struct FragmentKey(
    IPAddressValue Source, IPAddressValue Destination, uint Identification, byte Protocol, ushort VlanId)
{
    /// <remarks>Seeded by the process, so that nobody can choose colliding keys.</remarks>
    public override int GetHashCode() =>
        HashCode.Combine(Source.High, Source.Low, Destination.High, Destination.Low, Identification, Protocol);
}
