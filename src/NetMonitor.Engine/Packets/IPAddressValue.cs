using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>An IPv4 or IPv6 address as 128 bits: no object, comparable, hashable. IPv4 is held IPv4-mapped (RFC 4291 section 2.5.5.2).</summary>
/// <param name="High">The first eight bytes, as a big-endian number.</param>
/// <param name="Low">The last eight bytes, as a big-endian number.</param>
public readonly record struct IPAddressValue(ulong High, ulong Low) : IComparable<IPAddressValue>
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>True for an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsIPv4 ? (Low & 0xFF00_0000) == 0x7F00_0000 : High == 0 && Low == 1;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => High == 0 && Low is 0 or MappedPrefix;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsIPv4 ? (Low & 0xF000_0000) == 0xE000_0000 : High >> 56 == 0xFF;

    /// <summary>255.255.255.255. Subnet broadcasts need the interface's prefix and are told elsewhere.</summary>
    public bool IsBroadcast => High == 0 && Low == (MappedPrefix | 0xFFFF_FFFF);

    /// <summary>The address of 4 bytes in network order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IPAddressValue FromIPv4(ReadOnlySpan<byte> bytes) => new(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>The address of 16 bytes in network order.</summary>
    public static IPAddressValue FromIPv6(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>The same address as the framework's class holds it; a scope id is dropped.</summary>
    public static IPAddressValue From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return written == 4 ? FromIPv4(bytes) : FromIPv6(bytes);
    }

    /// <summary>The framework's class: an <see cref="AddressFamily.InterNetwork"/> address for IPv4.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    /// <summary>Writes all 16 bytes in network order (IPv4 in its mapped form).</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>True when the first <paramref name="prefixLength"/> bits of both agree. For IPv4 count from the IPv4 address's first bit.</summary>
    public bool IsInNetwork(IPAddressValue network, int prefixLength)
    {
        if (IsIPv4 != network.IsIPv4)
        {
            return false;
        }

        int bits = IsIPv4 ? prefixLength + 96 : prefixLength;
        ulong highMask = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong lowMask = bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return ((High ^ network.High) & highMask) == 0 && ((Low ^ network.Low) & lowMask) == 0;
    }

    /// <summary>Numeric order: all IPv4 together, then IPv6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CompareTo(IPAddressValue other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <inheritdoc/>
    public override string ToString() => ToIPAddress().ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => (int)BitOperations.Crc32C((uint)BitOperations.Crc32C((uint)High ^ (uint)(High >> 32), Low), High);
}
