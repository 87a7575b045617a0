using System.Buffers.Binary;
using System.Security.Cryptography;
using NetMonitor.Packets;

namespace NetMonitor;

/// <summary>Community ID version 1, seed 0: a flow's hash that Zeek, Suricata and others compute alike (github.com/corelight/community-id-spec).</summary>
internal static class CommunityId
{
    private const int MaxInput = 2 + 16 + 16 + 1 + 1 + 2 + 2;

    public static string? Compute(NetConnection connection)
    {
        if (connection.Protocol > (TransportProtocol)byte.MaxValue)
        {
            return null; // Not IP: the specification names no form.
        }

        bool hasPorts = connection.HasPorts || connection.Protocol is TransportProtocol.ICMP or TransportProtocol.ICMPv6;
        (ushort fromPort, ushort toPort) = connection.CommunityPorts;
        return Compute(connection.Local, connection.Remote, connection.Protocol, fromPort, toPort, hasPorts);
    }

    internal static string Compute(IPAddressValue from, IPAddressValue to, TransportProtocol protocol, ushort fromPort, ushort toPort, bool hasPorts)
    {
        int order = from.CompareTo(to);
        if (order > 0 || (order == 0 && fromPort > toPort))
        {
            (from, to, fromPort, toPort) = (to, from, toPort, fromPort);
        }

        Span<byte> input = stackalloc byte[MaxInput];
        input.Clear();
        int at = 2; // the seed, 0
        at += WriteAddress(from, input[at..]);
        at += WriteAddress(to, input[at..]);
        input[at] = (byte)protocol;
        at += 2; // and a byte of padding
        if (hasPorts)
        {
            BinaryPrimitives.WriteUInt16BigEndian(input[at..], fromPort);
            BinaryPrimitives.WriteUInt16BigEndian(input[(at + 2)..], toPort);
            at += 4;
        }

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The specification says SHA-1; it names a flow and protects nothing.
        SHA1.HashData(input[..at], hash);
#pragma warning restore CA5350
        return "1:" + Convert.ToBase64String(hash);
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
