namespace NetMonitor;

/// <summary>What a client of the git protocol asks for (gitprotocol-pack, "Git Transport").</summary>
public sealed record GitDetails : ApplicationDetails
{
    /// <summary>"git-upload-pack" (fetch, clone), "git-receive-pack" (push) or "git-upload-archive".</summary>
    public required string Service { get; init; }

    /// <summary>The repository's path.</summary>
    public required string Path { get; init; }

    /// <summary>The host it asks for, or null.</summary>
    public string? Host { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Service} {Path}";
}
