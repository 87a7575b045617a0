using System.Globalization;
using System.Net;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a STUN or TURN conversation said.</summary>
public sealed record StunDetails : ApplicationDetails
{
    /// <summary>Class of the last message: "request", "indication", "success" or "error".</summary>
    public string? Class { get; init; }

    /// <summary>Method of the last message ("Binding", "Allocate"), or null when it is not a known one.</summary>
    public string? Method { get; init; }

    /// <summary>The client's address as the server sees it.</summary>
    public IPEndPoint? MappedAddress { get; init; }

    /// <summary>The address that a TURN server gave the client.</summary>
    public IPEndPoint? RelayedAddress { get; init; }

    /// <summary>The software of the side that said it last.</summary>
    public string? Software { get; init; }

    /// <summary>The realm in which the server wants the client to log in.</summary>
    public string? Realm { get; init; }

    /// <summary>The last error (401, 438), or null.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>From the last answered request to its response, or null.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => ResponseTime;

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        Method, Class, Class == "error" ? ErrorCode?.ToString(CultureInfo.InvariantCulture) : null,
        (RelayedAddress ?? MappedAddress)?.ToString(), Software);
}
