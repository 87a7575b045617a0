using System.Net;

namespace NetMonitor.Inspection.Http;

/// <summary>The host of "host", "host:port" or "[address]:port" (RFC 3986 section 3.2).</summary>
internal static class HttpHost
{
    /// <summary>Without port, brackets and user information; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> authority)
    {
        // Nobody should send "user:password@" here (RFC 9110 section 4.2.4); who does, sends a secret.
        authority = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        int bracket = authority.IndexOf((byte)']');
        if (bracket > 0 && authority[0] == '[')
        {
            return authority[1..bracket];
        }

        int colon = authority.LastIndexOf((byte)':');
        return colon < 0 ? authority : authority[..colon];
    }

    /// <summary>The same of a text that was cleaned already; null when there is none.</summary>
    public static string? Of(string? authority)
    {
        int bracket = authority?.IndexOf(']') ?? -1;
        int colon = authority?.LastIndexOf(':') ?? -1;
        string? host = bracket > 0 && authority![0] == '[' ? authority[1..bracket] : colon < 0 ? authority : authority![..colon];
        return string.IsNullOrEmpty(host) ? null : host;
    }

    /// <summary>The host when it is a name: an address says nothing about whose it is.</summary>
    public static string? Name(string? host) => IPAddress.TryParse(host, out _) ? null : host;
}
