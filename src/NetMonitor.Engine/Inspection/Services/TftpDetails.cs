using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a TFTP request said.</summary>
public sealed record TftpDetails : ApplicationDetails
{
    /// <summary>"read", "write", or what was seen without a request: "options" or "data".</summary>
    public string? Operation { get; init; }

    /// <summary>The file asked for.</summary>
    public string? FileName { get; init; }

    /// <summary>"octet", "netascii" or "mail".</summary>
    public string? Mode { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(Operation, FileName);
}
