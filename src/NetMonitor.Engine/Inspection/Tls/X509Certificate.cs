using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace NetMonitor.Inspection.Tls;

/// <summary>
/// Reads whom a certificate is for, who signed it and how long it is valid (RFC 5280 section 4.1). Verifies nothing: that is the client's
/// business.
/// </summary>
/// <remarks>
/// <code>
/// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
/// TBSCertificate ::= SEQUENCE { version [0] EXPLICIT DEFAULT v1, serialNumber INTEGER, signature SEQUENCE, issuer Name, validity Validity,
///   subject Name, subjectPublicKeyInfo SEQUENCE, issuerUniqueID [1], subjectUniqueID [2], extensions [3] EXPLICIT OPTIONAL }
/// </code>
/// </remarks>
internal static class X509Certificate
{
    private const byte VersionTag = 0xA0;
    private const byte ExtensionsTag = 0xA3;
    private const byte Boolean = 0x01;
    private const byte UtcTime = 0x17;
    private const byte GeneralizedTime = 0x18;

    // GeneralName (RFC 5280 section 4.2.1.6), implicitly tagged.
    private const byte DnsName = 0x82;
    private const byte IpAddress = 0x87;

    private const int IPv4Size = 4;   // bytes
    private const int IPv6Size = 16;  // bytes

    /// <summary>subjectAltName, 2.5.29.17.</summary>
    private static ReadOnlySpan<byte> SubjectAltName => [0x55, 0x1D, 0x11];

    /// <summary>Reads a certificate; null when it is damaged before its subject ends.</summary>
    public static TlsCertificate? Read(ReadOnlySpan<byte> der)
    {
        DerReader outer = new(der);
        if (!outer.TryRead(DerReader.Sequence, out var certificate))
        {
            return null;
        }

        DerReader signed = new(certificate);
        if (!signed.TryRead(DerReader.Sequence, out var tbs))
        {
            return null;
        }

        DerReader reader = new(tbs);
        reader.TrySkip(VersionTag);
        if (!reader.TrySkip(DerReader.Integer) || !reader.TrySkip(DerReader.Sequence)
            || !reader.TryRead(DerReader.Sequence, out var issuer)
            || !reader.TryRead(DerReader.Sequence, out var validity)
            || !reader.TryRead(DerReader.Sequence, out var subject))
        {
            return null;
        }

        DerReader times = new(validity);
        DateTimeOffset? notBefore = times.TryRead(out byte tag, out var time) ? ReadTime(tag, time) : null;
        DateTimeOffset? notAfter = times.TryRead(out tag, out time) ? ReadTime(tag, time) : null;
        return new TlsCertificate
        {
            Subject = X509Name.Format(subject),
            Issuer = X509Name.Format(issuer),
            NotBefore = notBefore,
            NotAfter = notAfter,
            Names = ReadNames(ref reader),
        };
    }

    private static List<string> ReadNames(ref DerReader tbs)
    {
        List<string> names = [];
        while (tbs.Next != 0 && tbs.Next != ExtensionsTag && tbs.TryRead(out _, out _))
        {
            // subjectPublicKeyInfo and the unique identifiers
        }

        if (!tbs.TryRead(ExtensionsTag, out var wrapped))
        {
            return names;
        }

        DerReader outer = new(wrapped);
        outer.TryRead(DerReader.Sequence, out var list);
        DerReader extensions = new(list);
        while (extensions.TryRead(DerReader.Sequence, out var extension))
        {
            // Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
            DerReader parts = new(extension);
            if (!parts.TryRead(DerReader.ObjectIdentifier, out var type) || !type.SequenceEqual(SubjectAltName))
            {
                continue;
            }

            parts.TrySkip(Boolean);
            parts.TryRead(DerReader.OctetString, out var value);
            DerReader octets = new(value);
            octets.TryRead(DerReader.Sequence, out var general);
            AddNames(names, new DerReader(general));
        }

        return names;
    }

    private static void AddNames(List<string> names, DerReader reader)
    {
        while (names.Count < InspectionLimits.TlsCertificateNames && reader.TryRead(out byte tag, out var name))
        {
            if (tag == DnsName && !name.IsEmpty)
            {
                names.Add(WireText.Clean(name));
            }
            else if (tag == IpAddress && name.Length is IPv4Size or IPv6Size)
            {
                names.Add(new IPAddress(name).ToString());
            }
        }
    }

    /// <summary>YYMMDDHHMM[SS]Z (50 and up is 19xx) or YYYYMMDDHHMM[SS]Z (RFC 5280 section 4.1.2.5; seconds were once optional); null for
    /// anything else.</summary>
    private static DateTimeOffset? ReadTime(byte tag, ReadOnlySpan<byte> text)
    {
        const int Pivot = 50;
        const int Century = 100;
        int yearDigits = tag switch { UtcTime => 2, GeneralizedTime => 4, _ => 0 };
        if (yearDigits == 0 || text.Length < yearDigits || !TryReadNumber(text[..yearDigits], out int year))
        {
            return null;
        }

        year += tag == GeneralizedTime ? 0 : year < Pivot ? 20 * Century : 19 * Century;
        Span<int> parts = stackalloc int[5]; // month, day, hour, minute, second
        parts.Clear();
        int count = 0;
        text = text[yearDigits..];
        while (count < parts.Length && text.Length >= 2 && TryReadNumber(text[..2], out parts[count]))
        {
            text = text[2..];
            count++;
        }

        bool isWhole = count >= parts.Length - 1 && text.SequenceEqual("Z"u8);
        bool isDate = year is >= 1 and <= 9999 && parts[0] is >= 1 and <= 12
            && parts[1] >= 1 && parts[1] <= DateTime.DaysInMonth(year, parts[0]);
        bool isTime = parts[2] < 24 && parts[3] < 60 && parts[4] < 60;
        return isWhole && isDate && isTime
            ? new DateTimeOffset(year, parts[0], parts[1], parts[2], parts[3], parts[4], TimeSpan.Zero) : null;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        return !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(digits, out value, out _);
    }
}

/// <summary>Distinguished names as text (RFC 4514): the most specific part first.</summary>
internal static class X509Name
{
    private const byte BmpString = 0x1E;
    private const int ArcBase = 40;        // the first two numbers of an OID share a byte: 40 x + y (X.690 section 8.19.4)
    private const byte Continued = 0x80;
    private const int LongestOid = 32;     // bytes

    private static readonly (string Name, byte[] Oid)[] Attributes =
    [
        // RFC 4514 section 3, and those that certificates also have (RFC 5280 section 4.1.2.4).
        ("CN", [0x55, 0x04, 0x03]),
        ("SERIALNUMBER", [0x55, 0x04, 0x05]),
        ("C", [0x55, 0x04, 0x06]),
        ("L", [0x55, 0x04, 0x07]),
        ("ST", [0x55, 0x04, 0x08]),
        ("STREET", [0x55, 0x04, 0x09]),
        ("O", [0x55, 0x04, 0x0A]),
        ("OU", [0x55, 0x04, 0x0B]),
        ("UID", [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x01]),
        ("DC", [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x19]),
        ("E", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01]),
    ];

    /// <summary>"CN=www.example.com, O=Example, C=US".</summary>
    /// <param name="name">Content of the Name: a sequence of sets of pairs.</param>
    public static string Format(ReadOnlySpan<byte> name)
    {
        List<string> parts = [];
        DerReader sequence = new(name);
        while (parts.Count < InspectionLimits.TlsListItems && sequence.TryRead(DerReader.Set, out var set))
        {
            DerReader pairs = new(set);
            while (parts.Count < InspectionLimits.TlsListItems && pairs.TryRead(DerReader.Sequence, out var pair))
            {
                DerReader reader = new(pair);
                if (reader.TryRead(DerReader.ObjectIdentifier, out var type) && reader.TryRead(out byte tag, out var value))
                {
                    parts.Add($"{NameOf(type)}={Escape(TextOf(tag, value))}");
                }
            }
        }

        parts.Reverse();
        return string.Join(", ", parts);
    }

    private static string NameOf(ReadOnlySpan<byte> oid)
    {
        foreach ((string name, byte[] known) in Attributes)
        {
            if (oid.SequenceEqual(known))
            {
                return name;
            }
        }

        StringBuilder text = new();
        ulong number = 0;
        foreach (byte part in oid[..Math.Min(oid.Length, LongestOid)])
        {
            number = (number << 7) | (uint)(part & ~Continued);
            if ((part & Continued) != 0)
            {
                continue;
            }

            ulong first = Math.Min(number / ArcBase, 2);
            string numbers = text.Length == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{first}.{number - (first * ArcBase)}")
                : string.Create(CultureInfo.InvariantCulture, $".{number}");
            text.Append(numbers);
            number = 0;
        }

        return text.ToString();
    }

    private static string TextOf(byte tag, ReadOnlySpan<byte> value)
    {
        if (tag != BmpString)
        {
            return WireText.Clean(value); // UTF8String, PrintableString, IA5String; TeletexString is Latin-1 in practice.
        }

        int length = Math.Min(value.Length, InspectionLimits.TextCharacters * sizeof(char)) & ~1;
        return WireText.Clean(Encoding.BigEndianUnicode.GetString(value[..length]));
    }

    /// <summary>So that a value cannot look like another attribute (RFC 4514 section 2.4).</summary>
    private static string Escape(string value)
    {
        const string Special = ",+\"\\<>;=";
        if (value.AsSpan().IndexOfAny(Special) < 0)
        {
            return value;
        }

        StringBuilder escaped = new(value.Length + 2);
        foreach (char c in value)
        {
            escaped.Append(Special.Contains(c, StringComparison.Ordinal) ? "\\" : string.Empty).Append(c);
        }

        return escaped.ToString();
    }
}
