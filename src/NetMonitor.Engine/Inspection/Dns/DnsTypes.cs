using System.Collections.Frozen;
using System.Globalization;

namespace NetMonitor.Inspection.Dns;

/// <summary>Record types whose data is read (IANA registry "Domain Name System (DNS) Parameters").</summary>
internal enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
    DNAME = 39,
    OPT = 41,
    SVCB = 64,
    HTTPS = 65,
    CAA = 257,
}

/// <summary>Names of record types and response codes.</summary>
internal static class DnsTypes
{
    private static readonly FrozenDictionary<ushort, string> Names = new Dictionary<ushort, string>
    {
        [1] = "A",
        [2] = "NS",
        [3] = "MD",
        [4] = "MF",
        [5] = "CNAME",
        [6] = "SOA",
        [7] = "MB",
        [8] = "MG",
        [9] = "MR",
        [10] = "NULL",
        [11] = "WKS",
        [12] = "PTR",
        [13] = "HINFO",
        [14] = "MINFO",
        [15] = "MX",
        [16] = "TXT",
        [17] = "RP",
        [18] = "AFSDB",
        [19] = "X25",
        [20] = "ISDN",
        [21] = "RT",
        [22] = "NSAP",
        [24] = "SIG",
        [25] = "KEY",
        [26] = "PX",
        [27] = "GPOS",
        [28] = "AAAA",
        [29] = "LOC",
        [30] = "NXT",
        [33] = "SRV",
        [34] = "ATMA",
        [35] = "NAPTR",
        [36] = "KX",
        [37] = "CERT",
        [38] = "A6",
        [39] = "DNAME",
        [41] = "OPT",
        [42] = "APL",
        [43] = "DS",
        [44] = "SSHFP",
        [45] = "IPSECKEY",
        [46] = "RRSIG",
        [47] = "NSEC",
        [48] = "DNSKEY",
        [49] = "DHCID",
        [50] = "NSEC3",
        [51] = "NSEC3PARAM",
        [52] = "TLSA",
        [53] = "SMIMEA",
        [55] = "HIP",
        [59] = "CDS",
        [60] = "CDNSKEY",
        [61] = "OPENPGPKEY",
        [62] = "CSYNC",
        [63] = "ZONEMD",
        [64] = "SVCB",
        [65] = "HTTPS",
        [99] = "SPF",
        [104] = "NID",
        [105] = "L32",
        [106] = "L64",
        [107] = "LP",
        [108] = "EUI48",
        [109] = "EUI64",
        [249] = "TKEY",
        [250] = "TSIG",
        [251] = "IXFR",
        [252] = "AXFR",
        [253] = "MAILB",
        [254] = "MAILA",
        [255] = "ANY",
        [256] = "URI",
        [257] = "CAA",
        [258] = "AVC",
        [32768] = "TA",
        [32769] = "DLV",
    }.ToFrozenDictionary();

    // IANA registry "DNS RCODEs".
    private static readonly FrozenDictionary<int, string> Codes = new Dictionary<int, string>
    {
        [0] = "NOERROR",
        [1] = "FORMERR",
        [2] = "SERVFAIL",
        [3] = "NXDOMAIN",
        [4] = "NOTIMP",
        [5] = "REFUSED",
        [6] = "YXDOMAIN",
        [7] = "YXRRSET",
        [8] = "NXRRSET",
        [9] = "NOTAUTH",
        [10] = "NOTZONE",
        [11] = "DSOTYPENI",
        [16] = "BADVERS",
        [17] = "BADKEY",
        [18] = "BADTIME",
        [19] = "BADMODE",
        [20] = "BADNAME",
        [21] = "BADALG",
        [22] = "BADTRUNC",
        [23] = "BADCOOKIE",
    }.ToFrozenDictionary();

    /// <summary>True for a type of the registry.</summary>
    public static bool IsKnown(ushort type) => Names.ContainsKey(type);

    /// <summary>Its name, or "TYPE1234" (RFC 3597 section 5).</summary>
    public static string NameOf(ushort type) =>
        Names.TryGetValue(type, out string? name) ? name : string.Create(CultureInfo.InvariantCulture, $"TYPE{type}");

    /// <summary>The name of a response code, or "RCODE42".</summary>
    public static string NameOfCode(int code) =>
        Codes.TryGetValue(code, out string? name) ? name : string.Create(CultureInfo.InvariantCulture, $"RCODE{code}");
}
