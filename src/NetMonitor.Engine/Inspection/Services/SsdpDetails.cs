using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What an SSDP (UPnP) conversation said.</summary>
public sealed record SsdpDetails : ApplicationDetails
{
    /// <summary>"M-SEARCH", "NOTIFY" or "response", of the last message.</summary>
    public string? Method { get; init; }

    /// <summary>What is searched for or announced (the fields ST and NT).</summary>
    public string? Target { get; init; }

    /// <summary>Unique name of the device or service (USN).</summary>
    public string? UniqueName { get; init; }

    /// <summary>The device's software (SERVER).</summary>
    public string? Server { get; init; }

    /// <summary>The searcher's software (USER-AGENT).</summary>
    public string? UserAgent { get; init; }

    /// <summary>Host and port of the device's description (LOCATION).</summary>
    public string? LocationHost { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(Method, Target, Server ?? UserAgent);
}
