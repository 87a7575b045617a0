using System.Text;
using NetMonitor.Inspection.Dns;

namespace NetMonitor.Inspection.Http;

/// <summary>DNS over HTTPS (RFC 8484), where it is seen: in the clear behind a proxy, or in a test.</summary>
internal static class HttpDns
{
    /// <summary>The protocol's name.</summary>
    public const string Application = "DoH";

    private const string MessageType = "application/dns-message";

    /// <summary>The type of a DNS message (section 6).</summary>
    public static bool IsContentType(string? type) => type?.StartsWith(MessageType, StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>The same of a value that is not a text yet.</summary>
    public static bool IsContentType(ReadOnlySpan<byte> type) =>
        type.Length >= MessageType.Length && Ascii.EqualsIgnoreCase(type[..MessageType.Length], MessageType);

    /// <summary>The path that all examples and nearly all servers use (section 4.1).</summary>
    public static bool IsPath(string? path) => path is "/dns-query";

    /// <summary>Adds the DNS message that a body is (section 4.1).</summary>
    /// <returns>False when it is none.</returns>
    public static bool TryAdd(ref DnsConversation? conversation, ReadOnlySpan<byte> body, long timestamp)
    {
        if (!DnsMessage.TryParse(body, DnsStrictness.Lax, out DnsMessage message))
        {
            return false;
        }

        conversation ??= new DnsConversation(DnsFlavor.Dns);
        conversation.Add(message, timestamp);
        return true;
    }

    /// <summary>What DNS said inside of HTTP; HTTP's own while no message was seen.</summary>
    public static ApplicationDetails Details(DnsConversation? conversation, ApplicationDetails http) =>
        conversation is null ? http : conversation.ToDetails() with { Outer = http };
}
