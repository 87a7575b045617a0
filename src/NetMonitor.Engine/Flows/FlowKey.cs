using System.Runtime.CompilerServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>
/// Names a flow whichever way its packets go: protocol and both endpoints, the smaller endpoint first. "A" is the smaller one everywhere in Flows.
/// </summary>
internal readonly struct FlowKey : IEquatable<FlowKey>
{
    private const uint IPv6Bit = 1u << 16;
    private const ulong Multiplier1 = 0xa0761d6478bd642f; // wyhash's odd constants
    private const ulong Multiplier2 = 0xe7037ed1a0b428db;
    private const ulong Multiplier3 = 0x8ebc6af09c88c6e3;

    public readonly IPAddressValue A;
    public readonly IPAddressValue B;
    public readonly ushort PortA;
    public readonly ushort PortB;
    private readonly uint _protocol;

    private FlowKey(IPAddressValue a, IPAddressValue b, ushort portA, ushort portB, uint protocol)
    {
        A = a;
        B = b;
        PortA = portA;
        PortB = portB;
        _protocol = protocol;
    }

    public TransportProtocol Protocol => (TransportProtocol)(ushort)_protocol;

    public bool IsIPv6 => (_protocol & IPv6Bit) != 0;

    /// <summary>The key of a packet's flow.</summary>
    /// <param name="packet">A decoded packet.</param>
    /// <param name="sender">The side that sent it: 0 for A, 1 for B.</param>
    /// <remarks>An ICMP echo's identifier stands for both ports, so that two pings of one host are two flows.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FlowKey Of(in Packet packet, out int sender)
    {
        ushort from = packet.SourcePort;
        ushort to = packet.DestinationPort;
        if (packet.Protocol is TransportProtocol.ICMP or TransportProtocol.ICMPv6)
        {
            from = to = (ushort)(packet.Acknowledgment >> 16);
        }

        uint protocol = (uint)packet.Protocol | ((packet.Traits & PacketTraits.IPv6) != 0 ? IPv6Bit : 0);
        IPAddressValue a = packet.Source;
        IPAddressValue b = packet.Destination;
        bool isEqual = (a.High == b.High) & (a.Low == b.Low);
        bool isSwapped = (a.High > b.High) | ((a.High == b.High) & (a.Low > b.Low)) | (isEqual & (from > to));
        sender = isSwapped ? 1 : 0;

        // No branch: who sends next cannot be foretold.
        ulong mask = 0UL - (uint)sender;
        ulong high = (a.High ^ b.High) & mask;
        ulong low = (a.Low ^ b.Low) & mask;
        uint port = (uint)((from ^ to) & (int)mask);
        return new FlowKey(new(a.High ^ high, a.Low ^ low), new(b.High ^ high, b.Low ^ low), (ushort)(from ^ port), (ushort)(to ^ port), protocol);
    }

    /// <summary>The key of a connection's flow.</summary>
    public static FlowKey Of(NetConnection connection)
    {
        var packet = new Packet
        {
            Source = connection.Local,
            Destination = connection.Remote,
            SourcePort = connection.LocalPortValue,
            DestinationPort = connection.RemotePortValue,
            Protocol = connection.Protocol,
            Acknowledgment = (uint)connection.LocalPortValue << 16,
            Traits = connection.Local.IsIPv4 ? PacketTraits.None : PacketTraits.IPv6,
        };
        return Of(packet, out _);
    }

    /// <summary>The endpoint that both keys have.</summary>
    /// <param name="other">Another key.</param>
    /// <param name="side">Its side there.</param>
    /// <returns>Its side here; negative when they have none in common, or are of different protocols.</returns>
    public int SideIn(in FlowKey other, out int side)
    {
        side = 0;
        for (int here = 0; here < 2 && _protocol == other._protocol; here++)
        {
            (IPAddressValue address, ushort port) = here == 0 ? (A, PortA) : (B, PortB);
            side = other.A.Equals(address) && other.PortA == port ? 0 : other.B.Equals(address) && other.PortB == port ? 1 : -1;
            if (side >= 0)
            {
                return here;
            }
        }

        return -1;
    }

    /// <summary>The key of a flow whose ends are known from elsewhere than a packet.</summary>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="from">One end.</param>
    /// <param name="fromPort">Its port.</param>
    /// <param name="to">The other end.</param>
    /// <param name="toPort">Its port.</param>
    /// <param name="side">The side of the key that <paramref name="from"/> is: 0 for A, 1 for B.</param>
    public static FlowKey Of(TransportProtocol protocol, IPAddressValue from, ushort fromPort, IPAddressValue to, ushort toPort, out int side)
    {
        int order = from.CompareTo(to);
        side = (order != 0 ? order : fromPort.CompareTo(toPort)) <= 0 ? 0 : 1;
        uint bits = (uint)protocol | (from.IsIPv4 ? 0 : IPv6Bit);
        return side == 0 ? new FlowKey(from, to, fromPort, toPort, bits) : new FlowKey(to, from, toPort, fromPort, bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(FlowKey other) =>
        ((A.Low ^ other.A.Low) | (B.Low ^ other.B.Low) | (A.High ^ other.A.High) | (B.High ^ other.B.High)
            | (Ports ^ other.Ports) | (_protocol ^ other._protocol)) == 0;

    /// <summary>A 64-bit hash that an outsider who does not know <paramref name="seed"/> cannot steer into collisions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong seed)
    {
        ulong first = Mix(A.Low ^ seed, A.High ^ B.Low ^ Multiplier1);
        return Mix(B.High ^ first ^ Multiplier2, (Ports << 32 | _protocol) ^ seed ^ Multiplier3);
    }

    /// <summary>Both halves of a product. The lower one is computed apart: asked for together it would come by way of memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong x, ulong y) => Math.BigMul(x, y, out _) ^ (x * y);

    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    public override int GetHashCode() => (int)Hash(0);

    private ulong Ports => (ulong)PortA << 16 | PortB;
}
