using System.Globalization;

namespace NetMonitor;

/// <summary>A media stream that a session description announces (RFC 8866).</summary>
/// <param name="Kind">"audio", "video", "image", …</param>
/// <param name="Address">Where it is to be sent.</param>
/// <param name="Port">To which port; RTCP usually one higher. 0 when the stream is refused.</param>
public sealed record AnnouncedMedia(string Kind, string? Address, ushort Port);

/// <summary>What SIP said (RFC 3261). The fields are those of the last message that had them. Credentials are never kept.</summary>
public sealed record SipDetails : ApplicationDetails
{
    /// <summary>Method of the last request ("INVITE").</summary>
    public string? Method { get; init; }

    /// <summary>User and host of the caller ("alice@example.com").</summary>
    public string? From { get; init; }

    /// <summary>User and host of the called.</summary>
    public string? To { get; init; }

    /// <summary>Call-ID of the last message.</summary>
    public string? CallId { get; init; }

    /// <summary>Status code of the last response.</summary>
    public int? Status { get; init; }

    /// <summary>User-Agent of the last message that had one.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Server of the last response that had one.</summary>
    public string? Server { get; init; }

    /// <summary>Requests seen.</summary>
    public int Requests { get; init; }

    /// <summary>Responses seen.</summary>
    public int Responses { get; init; }

    /// <summary>The media of the last session description.</summary>
    public IReadOnlyList<AnnouncedMedia> Media { get; init; } = [];

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string? parties = From is null ? null : $"{From} → {To}";
            string? status = Status?.ToString(CultureInfo.InvariantCulture);
            return string.Join(' ', new[] { Method, parties, status }.Where(word => word is not null));
        }
    }
}
