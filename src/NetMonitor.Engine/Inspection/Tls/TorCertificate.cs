namespace NetMonitor.Inspection.Tls;

/// <summary>
/// The certificate that a Tor relay shows up to TLS 1.2: it is made up anew every few hours, with the names "www.", 8 to 20 letters and digits of base32,
/// ".net" or ".com" for subject and issuer, and nothing else (tor-spec, "In-protocol" and the link certificates of its implementation). A guess: such names can be
/// registered. From TLS 1.3 on the certificate is encrypted.
/// </summary>
internal static class TorCertificate
{
    /// <summary>The protocol's name.</summary>
    public const string Application = "Tor";

    private const string Prefix = "CN=www.";
    private const int SuffixLength = 4;
    private const int ShortestName = 8;
    private const int LongestName = 20;

    /// <summary>Whether a certificate looks like one of a relay.</summary>
    public static bool Is(TlsCertificate? certificate) =>
        certificate is { Names.Count: 0 } && Suffix(certificate.Subject) is { } subject && Suffix(certificate.Issuer) is { } issuer && subject != issuer;

    /// <summary>".net" or ".com" of a name made up like this, else null.</summary>
    private static string? Suffix(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.Length - Prefix.Length - SuffixLength is < ShortestName or > LongestName)
        {
            return null;
        }

        foreach (char letter in name.AsSpan(Prefix.Length, name.Length - Prefix.Length - SuffixLength))
        {
            if (letter is not ((>= 'a' and <= 'z') or (>= '2' and <= '7')))
            {
                return null;
            }
        }

        return name.EndsWith(".net", StringComparison.Ordinal) ? ".net" : name.EndsWith(".com", StringComparison.Ordinal) ? ".com" : null;
    }
}
