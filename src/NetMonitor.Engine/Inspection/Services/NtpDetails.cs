using System.Globalization;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What an NTP conversation said.</summary>
public sealed record NtpDetails : ApplicationDetails
{
    /// <summary>1 to 4.</summary>
    public int Version { get; init; }

    /// <summary>Mode of the last message ("client", "server", "control").</summary>
    public string? Mode { get; init; }

    /// <summary>How many servers away from a reference clock; 1 has one itself, 0 is unknown, 16 not synchronized.</summary>
    public int? Stratum { get; init; }

    /// <summary>What the server takes its time from: "GPS", an address, or the code of a refusal ("RATE").</summary>
    public string? ReferenceId { get; init; }

    /// <summary>From the last answered request to its response, or null.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => ResponseTime;

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        string.Create(CultureInfo.InvariantCulture, $"v{Version}"), Mode,
        Stratum is { } stratum ? string.Create(CultureInfo.InvariantCulture, $"stratum {stratum}") : null, ReferenceId);
}
