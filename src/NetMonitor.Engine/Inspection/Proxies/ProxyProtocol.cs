using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;

namespace NetMonitor.Inspection.Proxies;

/// <summary>
/// The header that a load balancer sends ahead of a connection it passes on (the PROXY protocol, versions 1 and 2,
/// https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt): whose connection it is. What follows is found by content.
/// </summary>
internal sealed class ProxyProtocolInspector(FlowContext context) : StreamInspector
{
    private ProxyProtocolDetails? _details;
    private Upgrade? _upgrade;

    /// <inheritdoc/>
    public override string Application => "PROXY";

    /// <inheritdoc/>
    public override Upgrade? Upgrade => _upgrade;

    /// <summary>The fixed beginning of either version.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        !bytes.IsEmpty && bytes[0] == ProxyHeader2.Signature[0] ? ProxyHeader2.Probe(bytes) : ProxyHeader1.Probe(bytes);

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        Match match = Read(window, out ProxyProtocolDetails? details, out int size);
        if (match != Match.Yes)
        {
            return new Progress(0, match == Match.NeedMore ? Outcome.More : Outcome.Reject);
        }

        _details = details;
        _upgrade = new Upgrade(context);
        Changed();
        return new Progress(size, Outcome.Upgraded);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _details;

    private static Match Read(ReadOnlySpan<byte> bytes, out ProxyProtocolDetails? details, out int size) =>
        !bytes.IsEmpty && bytes[0] == ProxyHeader2.Signature[0] ? ProxyHeader2.Read(bytes, out details, out size)
            : ProxyHeader1.Read(bytes, out details, out size);
}

/// <summary>Version 1 (section 2.1): "PROXY TCP4 192.0.2.1 198.51.100.1 50000 443\r\n".</summary>
internal static class ProxyHeader1
{
    private const int Longest = 107; // bytes, the line's end included
    private const int Words = 6;

    public static Match Probe(ReadOnlySpan<byte> bytes)
    {
        Match match = Starts(bytes, "PROXY TCP4 "u8);
        match = match == Match.No ? Starts(bytes, "PROXY TCP6 "u8) : match;
        return match == Match.No ? Starts(bytes, "PROXY UNKNOWN"u8) : match;
    }

    public static Match Read(ReadOnlySpan<byte> bytes, out ProxyProtocolDetails? details, out int size)
    {
        details = null;
        size = 0;
        int end = bytes[..Math.Min(bytes.Length, Longest)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < Longest ? Match.NeedMore : Match.No;
        }

        size = end + 2;
        ReadOnlySpan<byte> line = bytes[..end];
        Span<Range> words = stackalloc Range[Words + 1];
        int count = Split(line, words);
        ReadOnlySpan<byte> family = count > 1 ? line[words[1]] : default;
        if (family.SequenceEqual("UNKNOWN"u8))
        {
            details = new ProxyProtocolDetails { Version = 1 };
            return Match.Yes;
        }

        if (count != Words || !(family.SequenceEqual("TCP4"u8) || family.SequenceEqual("TCP6"u8))
            || !IPAddress.TryParse(line[words[2]], out IPAddress? source) || !IPAddress.TryParse(line[words[3]], out IPAddress? destination)
            || !TryReadPort(line[words[4]], out ushort sourcePort) || !TryReadPort(line[words[5]], out ushort destinationPort))
        {
            return Match.No;
        }

        details = new ProxyProtocolDetails
        {
            Version = 1,
            Source = new IPEndPoint(source, sourcePort),
            Destination = new IPEndPoint(destination, destinationPort),
        };
        return Match.Yes;
    }

    private static Match Starts(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start) =>
        bytes.StartsWith(start) ? Match.Yes : start.StartsWith(bytes) ? Match.NeedMore : Match.No;

    private static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        int count = 0;
        foreach (Range word in line.Split((byte)' '))
        {
            if (count == words.Length)
            {
                break;
            }

            words[count++] = word;
        }

        return count;
    }

    private static bool TryReadPort(ReadOnlySpan<byte> text, out ushort port) =>
        Utf8Parser.TryParse(text, out port, out int used) && used == text.Length;
}

/// <summary>Version 2 (section 2.2), in binary.</summary>
/// <remarks>
/// <code>
/// uint8 sig[12]; uint8 ver_cmd; uint8 fam; uint16 len; addresses; TLVs: uint8 type; uint16 length; value
/// </code>
/// </remarks>
internal static class ProxyHeader2
{
    private const int VersionCommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;
    private const int HeaderSize = 16;         // bytes
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private const int IPv4 = 1;                // high bits of the family
    private const int IPv6 = 2;
    private const int LastFamily = 3;
    private const int LastTransport = 2;
    private const int IPv4Size = 4;
    private const int IPv6Size = 16;
    private const byte Authority = 0x02;       // PP2_TYPE_AUTHORITY: the name the client asked for
    private const int LongestAddresses = 2048; // bytes; it should fit into one segment

    public static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static Match Probe(ReadOnlySpan<byte> bytes)
    {
        int compared = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..compared].SequenceEqual(Signature[..compared])
            || bytes.Length > VersionCommandAt && bytes[VersionCommandAt] is not (Local or Proxy)
            || bytes.Length > FamilyAt && (bytes[FamilyAt] >> 4 > LastFamily || (bytes[FamilyAt] & 0xF) > LastTransport))
        {
            return Match.No;
        }

        return bytes.Length < HeaderSize ? Match.NeedMore
            : BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]) <= LongestAddresses ? Match.Yes : Match.No;
    }

    public static Match Read(ReadOnlySpan<byte> bytes, out ProxyProtocolDetails? details, out int size)
    {
        details = null;
        size = 0;
        Match match = Probe(bytes);
        if (match != Match.Yes)
        {
            return match;
        }

        size = HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        if (bytes.Length < size)
        {
            return Match.NeedMore;
        }

        details = bytes[VersionCommandAt] == Local ? new ProxyProtocolDetails { Version = 2 }
            : ReadAddresses(bytes[FamilyAt] >> 4, bytes[HeaderSize..size]);
        return Match.Yes;
    }

    /// <summary>Source address, destination address, source port, destination port; then extras.</summary>
    private static ProxyProtocolDetails ReadAddresses(int family, ReadOnlySpan<byte> content)
    {
        int addressSize = family switch { IPv4 => IPv4Size, IPv6 => IPv6Size, _ => 0 };
        WireReader reader = new(content);
        if (addressSize == 0 || !reader.TryRead(addressSize, out var source) || !reader.TryRead(addressSize, out var destination)
            || !reader.TryReadUInt16(out ushort sourcePort) || !reader.TryReadUInt16(out ushort destinationPort))
        {
            return new ProxyProtocolDetails { Version = 2 };
        }

        string? authority = null;
        while (authority is null && reader.TryReadByte(out byte type) && reader.TryReadVector16(out var value))
        {
            authority = type == Authority && !value.IsEmpty ? WireText.Clean(value) : null;
        }

        return new ProxyProtocolDetails
        {
            Version = 2,
            Source = new IPEndPoint(new IPAddress(source), sourcePort),
            Destination = new IPEndPoint(new IPAddress(destination), destinationPort),
            Authority = authority,
        };
    }
}
