using System.Globalization;

namespace NetMonitor;

/// <summary>The streams of RTP and RTCP (RFC 3550) of a flow.</summary>
public sealed record RtpDetails : ApplicationDetails
{
    /// <summary>Payload type of the last stream (RFC 3551 section 6), or null when only RTCP was seen.</summary>
    public byte? PayloadType { get; init; }

    /// <summary>Name of a payload type that has a fixed one ("PCMA"), or null.</summary>
    public string? Codec { get; init; }

    /// <summary>Synchronization source of the originator's stream, or null.</summary>
    public uint? OriginatorSource { get; init; }

    /// <summary>Synchronization source of the responder's stream, or null.</summary>
    public uint? ResponderSource { get; init; }

    /// <inheritdoc/>
    public override string Summary =>
        Codec ?? (PayloadType is { } type ? string.Create(CultureInfo.InvariantCulture, $"payload type {type}") : string.Empty);
}
