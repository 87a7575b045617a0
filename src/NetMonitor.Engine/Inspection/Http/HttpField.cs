using System.Text;

namespace NetMonitor.Inspection.Http;

/// <summary>The header fields that are read (RFC 9110). All others, Authorization, Cookie and Referer among them, are passed
/// over.</summary>
internal static class HttpField
{
    public enum Name : byte
    {
        Other,
        Host,             // section 7.2
        UserAgent,        // section 10.1.5
        Server,           // section 10.2.4
        ContentType,      // section 8.3
        ContentLength,    // section 8.6
        TransferEncoding, // RFC 9112 section 6.1
        Upgrade,          // section 7.8
        WebSocketProtocol,   // RFC 6455 section 11.3.4
        WebSocketExtensions, // RFC 6455 section 11.3.2
    }

    /// <summary>Finds a field by its name, in any case.</summary>
    public static Name Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Is(name, "Host"u8) => Name.Host,
        6 when Is(name, "Server"u8) => Name.Server,
        7 when Is(name, "Upgrade"u8) => Name.Upgrade,
        10 when Is(name, "User-Agent"u8) => Name.UserAgent,
        12 when Is(name, "Content-Type"u8) => Name.ContentType,
        14 when Is(name, "Content-Length"u8) => Name.ContentLength,
        17 when Is(name, "Transfer-Encoding"u8) => Name.TransferEncoding,
        22 when Is(name, "Sec-WebSocket-Protocol"u8) => Name.WebSocketProtocol,
        24 when Is(name, "Sec-WebSocket-Extensions"u8) => Name.WebSocketExtensions,
        _ => Name.Other,
    };

    /// <summary>True when a value ends in <paramref name="token"/>, in any case.</summary>
    public static bool EndsWith(ReadOnlySpan<byte> value, ReadOnlySpan<byte> token) =>
        value.Length >= token.Length && Is(value[^token.Length..], token);

    private static bool Is(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> token) => Ascii.EqualsIgnoreCase(bytes, token);
}
