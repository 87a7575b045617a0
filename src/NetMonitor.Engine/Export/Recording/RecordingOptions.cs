namespace NetMonitor.Export;

/// <summary>Where every packet goes, and when the next file begins.</summary>
public sealed record RecordingOptions
{
    /// <summary>The file: pcap when it ends so (".pcap", ".pcap.gz"), else pcapng; compressed when it ends in ".gz".</summary>
    public required string Path { get; init; }

    /// <summary>Bytes after which the next file begins; 0 for never.</summary>
    public long Size { get; init; }

    /// <summary>Time after which the next file begins; zero for never.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Files that are kept; 0 for all. The oldest goes when the next begins.</summary>
    public int Files { get; init; }

    /// <summary>Replace a file of that name.</summary>
    public bool Replace { get; init; }

    /// <summary>A key log (SSLKEYLOGFILE) whose secrets go into the file, for whoever opens it; null for none.</summary>
    public string? KeyLog { get; init; }

    /// <summary>The capture filter that the packets passed, for the record; or null.</summary>
    internal string? CaptureFilter { get; init; }

    internal bool IsPcap => Path.EndsWith(".pcap", StringComparison.OrdinalIgnoreCase) || Path.EndsWith(".pcap.gz", StringComparison.OrdinalIgnoreCase);

    internal bool IsCompressed => Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    internal bool Rotates => Size > 0 || Interval > TimeSpan.Zero;
}
