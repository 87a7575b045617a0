using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace NetMonitor.Inspection.Dns;

/// <summary>The data of a record as text, in the presentation format of its type's RFC.</summary>
internal static class DnsRecordData
{
    private const int IPv4Size = 4;
    private const int IPv6Size = 16;
    private const int MostHexBytes = 64;

    /// <summary>The text; data that does not fit its type, and types without a text here, as RFC 3597 section 5 writes unknown ones.</summary>
    public static string Format(ReadOnlySpan<byte> message, in DnsRecord record, bool unicode)
    {
        ReadOnlySpan<byte> data = message.Slice(record.DataAt, record.DataLength);
        // Names may point back into the message, but nothing may lie behind the data.
        ReadOnlySpan<byte> upToEnd = message[..(record.DataAt + record.DataLength)];
        string? text = (DnsType)record.Type switch
        {
            DnsType.A when data.Length == IPv4Size => new IPAddress(data).ToString(),
            DnsType.AAAA when data.Length == IPv6Size => new IPAddress(data).ToString(),
            DnsType.CNAME or DnsType.NS or DnsType.PTR or DnsType.DNAME => Name(upToEnd, record.DataAt, unicode),
            DnsType.MX => Numbered(upToEnd, record.DataAt, numbers: 1, unicode),      // RFC 1035 section 3.3.9
            DnsType.SRV => Numbered(upToEnd, record.DataAt, numbers: 3, unicode),     // RFC 2782
            DnsType.SOA => StartOfAuthority(upToEnd, record.DataAt, unicode),
            DnsType.TXT => Strings(data),
            DnsType.HTTPS or DnsType.SVCB => DnsServiceBinding.Format(upToEnd, record.DataAt),
            DnsType.CAA => CertificationAuthority(data),
            _ => null,
        };
        return text is null ? Unknown(data) : WireText.Clean(text);
    }

    private static string? Name(ReadOnlySpan<byte> message, int at, bool unicode) => DnsName.Read(message, ref at, unicode);

    private static string? Numbered(ReadOnlySpan<byte> message, int at, int numbers, bool unicode)
    {
        StringBuilder text = new();
        for (; numbers > 0; numbers--, at += sizeof(ushort))
        {
            if (at + sizeof(ushort) > message.Length)
            {
                return null;
            }

            text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(message[at..])} ");
        }

        return DnsName.Read(message, ref at, unicode) is { } name ? text.Append(name).ToString() : null;
    }

    /// <summary>MNAME, RNAME and SERIAL (RFC 1035 section 3.3.13); the intervals say nothing to a reader of traffic.</summary>
    private static string? StartOfAuthority(ReadOnlySpan<byte> message, int at, bool unicode) =>
        DnsName.Read(message, ref at, unicode) is { } primary && DnsName.Read(message, ref at, unicode) is { } mailbox && at + sizeof(uint) <= message.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{primary} {mailbox} {BinaryPrimitives.ReadUInt32BigEndian(message[at..])}")
            : null;

    /// <summary>Character strings, each after its length (RFC 1035 section 3.3.14).</summary>
    private static string? Strings(ReadOnlySpan<byte> data)
    {
        List<string> strings = [];
        WireReader reader = new(data);
        int characters = 0;
        while (!reader.IsEmpty && characters < InspectionLimits.PathCharacters)
        {
            if (!reader.TryReadVector8(out var value))
            {
                return null;
            }

            strings.Add($"\"{WireText.Clean(value)}\"");
            characters += strings[^1].Length;
        }

        return string.Join(' ', strings);
    }

    /// <summary>flags, tag, value (RFC 8659 section 4.1).</summary>
    private static string? CertificationAuthority(ReadOnlySpan<byte> data)
    {
        WireReader reader = new(data);
        return reader.TryReadByte(out byte flags) && reader.TryReadVector8(out var tag)
            ? string.Create(CultureInfo.InvariantCulture, $"{flags} {WireText.Clean(tag)} \"{WireText.Clean(reader.Rest)}\"")
            : null;
    }

    private static string Unknown(ReadOnlySpan<byte> data)
    {
        string hex = Convert.ToHexString(data[..Math.Min(data.Length, MostHexBytes)]);
        return string.Create(CultureInfo.InvariantCulture, $"\\# {data.Length} {hex}{(data.Length > MostHexBytes ? "…" : string.Empty)}").TrimEnd();
    }
}
