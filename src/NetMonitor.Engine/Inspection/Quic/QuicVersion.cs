using System.Collections.Frozen;
using System.Globalization;

namespace NetMonitor.Inspection.Quic;

/// <summary>How a version writes its packets.</summary>
internal enum QuicFormat : byte
{
    /// <summary>RFC 9000.</summary>
    Ietf,

    /// <summary>Q050, T050, T051: packets of RFC 9000, frames of Google QUIC.</summary>
    GoogleFrames,

    /// <summary>Q046 to Q049: an early long header, the handshake in the clear.</summary>
    GoogleLong,

    /// <summary>Up to Q043: Google's public header, the handshake in the clear.</summary>
    GooglePublic,
}

/// <summary>A version of QUIC and what differs between versions.</summary>
internal sealed class QuicVersion
{
    public const uint Negotiation = 0;
    private const uint Version1 = 0x0000_0001;     // RFC 9000 section 15
    private const uint Version2 = 0x6B33_43CF;     // RFC 9369 section 3.1
    private const uint Version2Draft = 0x709A_50C4; // draft-ietf-quic-v2-01
    private const uint DraftPrefix = 0xFF00_0000;
    private const int FirstDraft = 22;             // The first with today's long header
    private const int LastDraft = 34;
    private const uint GooglePrefix = 0x5130_0000; // "Q0", then two digits

    private static readonly byte[] SaltDraft22 = Convert.FromHexString("7FBCDB0E7C66BBE9193A96CD21519EBD7A02644A"); // drafts 21 and 22
    private static readonly byte[] SaltDraft23 = Convert.FromHexString("C3EEF712C72EBB5A11A7D2432BB46365BEF9F502"); // drafts 23 to 28
    private static readonly byte[] SaltDraft29 = Convert.FromHexString("AFBFEC289993D24C9E9786F19C6111E04390A899"); // drafts 29 to 32
    private static readonly byte[] Salt1 = Convert.FromHexString("38762CF7F55934B34D179AE6A4C80CADCCBB7F0A"); // RFC 9001 section 5.2
    private static readonly byte[] Salt2 = Convert.FromHexString("0DEDE3DEF700A6DB819381BE6E269DCBF9BD2ED9"); // RFC 9369 section 3.3.1
    private static readonly byte[] Salt2Draft = Convert.FromHexString("A707C203A59B47184A1D62CA570406EA7AE3E5D3");
    private static readonly byte[] SaltQ050 = Convert.FromHexString("504574EFD066FE2F9D945CFCDBD3A7F0D3B56B45");
    private static readonly byte[] SaltT050 = Convert.FromHexString("7FF579E5ACD072915580304C43A2367C60488310");
    private static readonly byte[] SaltT051 = Convert.FromHexString("7A4EDEF4E7CCEE5FA4506C19124FC8CCDA6E033D");
    private static readonly FrozenDictionary<uint, QuicVersion> Known = All().ToFrozenDictionary(version => version.Number);

    public required uint Number { get; init; }

    /// <summary>"v1", "v2", "draft-29", "Q046", "mvfst-2".</summary>
    public required string Name { get; init; }

    public QuicFormat Format { get; init; }

    /// <summary>The salt of the Initial secret (RFC 9001 section 5.2); empty where the handshake is in the clear.</summary>
    public byte[] Salt { get; init; } = Salt1;

    /// <summary>True for version 2, whose labels and packet types are others (RFC 9369 sections 3.2 and 3.3.2).</summary>
    public bool IsVersion2 { get; init; }

    /// <summary>True for drafts before 27, whose transport parameters had identifiers and lengths of two bytes.</summary>
    public bool HasOldTransportParameters { get; init; }

    /// <summary>The version of a long header, or null when it is not one that is known.</summary>
    public static QuicVersion? Find(uint number) => Known.GetValueOrDefault(number);

    /// <summary>The version as text, known or not.</summary>
    public static string NameOf(uint number) => Find(number)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"0x{number:X8}");

    /// <summary>True for versions that make a server negotiate (RFC 9000 section 15: 0x?a?a?a?a).</summary>
    public static bool IsReserved(uint number) => (number & 0x0F0F_0F0F) == 0x0A0A_0A0A;

    private static IEnumerable<QuicVersion> All()
    {
        yield return new() { Number = Version1, Name = "v1" };
        yield return new() { Number = Version2, Name = "v2", Salt = Salt2, IsVersion2 = true };
        yield return new() { Number = Version2Draft, Name = "v2 draft", Salt = Salt2Draft, IsVersion2 = true };
        for (int draft = FirstDraft; draft <= LastDraft; draft++)
        {
            yield return Draft(DraftPrefix | (uint)draft, draft, string.Create(CultureInfo.InvariantCulture, $"draft-{draft}"));
        }

        // Facebook's mvfst: each is one of the drafts by another number.
        yield return Draft(0xFACE_B001, 22, "mvfst-1");
        yield return Draft(0xFACE_B002, 27, "mvfst-2");
        yield return new() { Number = 0xFACE_B003, Name = "mvfst-v1" };
        foreach (uint experiment in (uint[])[0xFACE_B00E, 0xFACE_B010, 0xFACE_B011, 0xFACE_B012, 0xFACE_B013])
        {
            yield return Draft(experiment, 27, string.Create(CultureInfo.InvariantCulture, $"mvfst-{experiment & 0xFF:X2}"));
        }

        yield return new() { Number = 0x5430_3530, Name = "T050", Format = QuicFormat.GoogleFrames, Salt = SaltT050 };
        yield return new() { Number = 0x5430_3531, Name = "T051", Format = QuicFormat.GoogleFrames, Salt = SaltT051 };
        for (int number = 9; number <= 50; number++)
        {
            yield return Google(number);
        }
    }

    private static QuicVersion Draft(uint number, int draft, string name) => new()
    {
        Number = number,
        Name = name,
        Salt = draft switch { <= 22 => SaltDraft22, <= 28 => SaltDraft23, <= 32 => SaltDraft29, _ => Salt1 },
        HasOldTransportParameters = draft < 27,
    };

    private static QuicVersion Google(int number) => new()
    {
        Number = GooglePrefix | (uint)('0' + (number / 10)) << 8 | (uint)('0' + (number % 10)),
        Name = string.Create(CultureInfo.InvariantCulture, $"Q{number:D3}"),
        Format = number switch { <= 43 => QuicFormat.GooglePublic, < 50 => QuicFormat.GoogleLong, _ => QuicFormat.GoogleFrames },
        Salt = number == 50 ? SaltQ050 : [],
    };
}
