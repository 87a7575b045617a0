using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace NetMonitor.Inspection.Dns;

/// <summary>The data of HTTPS and SVCB records (RFC 9460 section 2.2): SvcPriority, TargetName, then pairs of a key and a value.</summary>
internal static class DnsServiceBinding
{
    // RFC 9460 section 14.3.2
    private const ushort Mandatory = 0;
    private const ushort Alpn = 1;
    private const ushort NoDefaultAlpn = 2;
    private const ushort Port = 3;
    private const ushort IPv4Hint = 4;
    private const ushort Ech = 5;
    private const ushort IPv6Hint = 6;
    private const int IPv4Size = 4;
    private const int IPv6Size = 16;

    /// <summary>"1 . alpn=h2,h3 ipv4hint=192.0.2.1", or null when the data is damaged.</summary>
    /// <param name="message">The message up to the end of the data.</param>
    /// <param name="at">Where the data starts.</param>
    public static string? Format(ReadOnlySpan<byte> message, int at)
    {
        if (at + sizeof(ushort) > message.Length)
        {
            return null;
        }

        ushort priority = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        at += sizeof(ushort);
        if (DnsName.Read(message, ref at, unicode: false) is not { } target)
        {
            return null;
        }

        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{priority} {target}");
        WireReader reader = new(message[at..]);
        while (!reader.IsEmpty && text.Length < InspectionLimits.PathCharacters)
        {
            if (!reader.TryReadUInt16(out ushort key) || !reader.TryReadVector16(out var value))
            {
                return null;
            }

            text.Append(' ').Append(Parameter(key, value));
        }

        return text.ToString();
    }

    private static string Parameter(ushort key, ReadOnlySpan<byte> value) => key switch
    {
        Mandatory => "mandatory",
        Alpn => "alpn=" + Names(value),
        NoDefaultAlpn => "no-default-alpn",
        Port when value.Length == sizeof(ushort) => string.Create(CultureInfo.InvariantCulture, $"port={BinaryPrimitives.ReadUInt16BigEndian(value)}"),
        IPv4Hint => "ipv4hint=" + Addresses(value, IPv4Size),
        Ech => "ech", // The configuration is for the client's eyes.
        IPv6Hint => "ipv6hint=" + Addresses(value, IPv6Size),
        _ => string.Create(CultureInfo.InvariantCulture, $"key{key}"),
    };

    private static string Names(ReadOnlySpan<byte> value)
    {
        List<string> names = [];
        WireReader reader = new(value);
        while (names.Count < InspectionLimits.TlsListItems && reader.TryReadVector8(out var name))
        {
            names.Add(WireText.Clean(name));
        }

        return string.Join(',', names);
    }

    private static string Addresses(ReadOnlySpan<byte> value, int size)
    {
        List<string> addresses = [];
        for (; value.Length >= size && addresses.Count < InspectionLimits.DnsAnswers; value = value[size..])
        {
            addresses.Add(new IPAddress(value[..size]).ToString());
        }

        return string.Join(',', addresses);
    }
}
