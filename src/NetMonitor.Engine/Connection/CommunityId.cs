using System.Buffers.Binary;
using System.Security.Cryptography;
using NetMonitor.Packets;

namespace NetMonitor;

/// <summary>Community ID version 1, seed 0: a flow's hash that Zeek, Suricata and others compute alike (github.com/corelight/community-id-spec).</summary>
internal static class CommunityId
{
    private const int MaxInput = 2 + 16 + 16 + 1 + 1 + 2 + 2; // seed, addresses, protocol, padding, ports

    /// <summary>ICMP types that are asked and answered, in pairs: type and counterpart stand for the ports.</summary>
    private static readonly Dictionary<byte, byte> IcmpPairs = Pairs([8, 0, 13, 14, 15, 16, 17, 18, 10, 9]);

    /// <summary>The same for ICMPv6.</summary>
    private static readonly Dictionary<byte, byte> IcmpV6Pairs = Pairs([128, 129, 133, 134, 135, 136, 130, 131, 144, 145, 139, 140]);

    public static string? Compute(NetConnection connection)
    {
        (IPAddressValue from, IPAddressValue to) = connection.LocalSentFirst
            ? (connection.Local, connection.Remote)
            : (connection.Remote, connection.Local);
        (ushort fromPort, ushort toPort) = connection.LocalSentFirst
            ? (connection.LocalPortValue, connection.RemotePortValue)
            : (connection.RemotePortValue, connection.LocalPortValue);
        return connection.Protocol switch
        {
            > (TransportProtocol)byte.MaxValue => null, // Not IP: the specification names no form.
            TransportProtocol.ICMP => ComputeIcmp(from, to, TransportProtocol.ICMP, connection.IcmpFirst, IcmpPairs),
            TransportProtocol.ICMPv6 => ComputeIcmp(from, to, TransportProtocol.ICMPv6, connection.IcmpFirst, IcmpV6Pairs),
            _ => Compute(from, to, connection.Protocol, connection.HasPorts ? (fromPort, toPort) : null, oneWay: false),
        };
    }

    /// <param name="from">Sender of the first packet.</param>
    /// <param name="to">Its receiver.</param>
    /// <param name="protocol">IP protocol number.</param>
    /// <param name="ports">Their ports, or null where there are none.</param>
    /// <param name="oneWay">The order of the ends is kept: only this direction exists.</param>
    internal static string Compute(IPAddressValue from, IPAddressValue to, TransportProtocol protocol, (ushort From, ushort To)? ports, bool oneWay)
    {
        int order = from.CompareTo(to);
        if (order == 0)
        {
            order = (ports?.From ?? 0) - (ports?.To ?? 0);
        }

        if (order > 0 && !oneWay)
        {
            (from, to) = (to, from);
            ports = ports is { } p ? (p.To, p.From) : null;
        }

        Span<byte> input = stackalloc byte[MaxInput];
        input.Clear();
        int at = 2; // the seed, 0
        at += WriteAddress(from, input[at..]);
        at += WriteAddress(to, input[at..]);
        input[at] = (byte)protocol;
        at += 2; // and a byte of padding
        if (ports is { } both)
        {
            BinaryPrimitives.WriteUInt16BigEndian(input[at..], both.From);
            BinaryPrimitives.WriteUInt16BigEndian(input[(at + 2)..], both.To);
            at += 4;
        }

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The specification says SHA-1; it names a flow and protects nothing.
        SHA1.HashData(input[..at], hash);
#pragma warning restore CA5350
        return "1:" + Convert.ToBase64String(hash);
    }

    private static string ComputeIcmp(
        IPAddressValue from, IPAddressValue to, TransportProtocol protocol, (byte Type, byte Code) first, Dictionary<byte, byte> pairs) =>
        pairs.TryGetValue(first.Type, out byte counterpart)
            ? Compute(from, to, protocol, (first.Type, counterpart), oneWay: false)
            : Compute(from, to, protocol, (first.Type, first.Code), oneWay: true);

    private static Dictionary<byte, byte> Pairs(ReadOnlySpan<byte> askedAndAnswered)
    {
        var both = new Dictionary<byte, byte>();
        for (int i = 0; i < askedAndAnswered.Length; i += 2)
        {
            both[askedAndAnswered[i]] = askedAndAnswered[i + 1];
            both[askedAndAnswered[i + 1]] = askedAndAnswered[i];
        }

        return both;
    }

    private static int WriteAddress(IPAddressValue address, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteTo(bytes);
        ReadOnlySpan<byte> written = address.IsIPv4 ? bytes[12..] : bytes;
        written.CopyTo(destination);
        return written.Length;
    }
}
