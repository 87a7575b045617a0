using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a NetBIOS name service or datagram conversation said. A name ends with what bears it: "PC&lt;20&gt;" is a file server.</summary>
public sealed record NetBiosDetails : ApplicationDetails
{
    /// <summary>The last name asked for or told; of a datagram, who sends it.</summary>
    public string? Name { get; init; }

    /// <summary>Whom a datagram is for, or null.</summary>
    public string? Destination { get; init; }

    /// <summary>"query", "registration", "release", "wait", "refresh" or "datagram".</summary>
    public string? Operation { get; init; }

    /// <summary>Code of the last response ("OK", "NAM_ERR"), or null before there was one.</summary>
    public string? ResponseCode { get; init; }

    /// <summary>The names that a node said are its own.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>From the query to its response, or null.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => ResponseTime;

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        Operation, Name, Destination is null ? null : $"to {Destination}", ResponseCode is "OK" ? null : ResponseCode);
}
