namespace NetMonitor.Inspection.Text;

/// <summary>
/// Whose greeting a 220 is: SMTP's (RFC 5321 section 4.2) and FTP's (RFC 959 section 5.4) are alike. Most name their protocol; where they
/// do not, the reply to the client's first command tells.
/// </summary>
internal static class ServiceReady
{
    public enum Service : byte
    {
        /// <summary>No greeting of either.</summary>
        None,

        /// <summary>More would tell.</summary>
        Undecided,

        Smtp,

        Ftp,
    }

    private const int Ready = 220;

    public static Service Tell(ReadOnlySpan<byte> bytes)
    {
        bool fits = TextLines.Prefix(bytes, "220 "u8) != Match.No || TextLines.Prefix(bytes, "220-"u8) != Match.No;
        if (!fits || TextLines.Probe(bytes, out _) == Match.No)
        {
            return Service.None;
        }

        bool greeted = false;
        while (TextLines.TryRead(ref bytes, out var line))
        {
            if (!TextLines.TryReadReply(line, out int code, out bool isLast, out var text))
            {
                continue; // a line inside of a long reply
            }

            Service service = greeted ? OfReply(code) : OfGreeting(code, text);
            if (service != Service.Undecided)
            {
                return service;
            }

            greeted |= isLast;
        }

        return Service.Undecided;
    }

    private static Service OfGreeting(int code, ReadOnlySpan<byte> text) =>
        code != Ready ? Service.None
        : TextLines.Contains(text, "SMTP"u8) || TextLines.Contains(text, "LMTP"u8) ? Service.Smtp // RFC 2033 for LMTP
        : TextLines.Contains(text, "FTP"u8) ? Service.Ftp
        : Service.Undecided;

    /// <summary>HELO is answered with 250 (RFC 5321 section 4.3.2), which FTP has for nothing that may come before a login; USER, AUTH,
    /// FEAT and SYST with codes that SMTP does not have.</summary>
    private static Service OfReply(int code) => code switch
    {
        250 => Service.Smtp,
        211 or 215 or 230 or 234 or 331 or 332 => Service.Ftp,
        _ => Service.Undecided,
    };
}
