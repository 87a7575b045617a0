namespace NetMonitor.Capture;

/// <summary>Why a source cannot be opened or read: one stable word each, which is also the error id users see.</summary>
public enum CaptureError
{
    /// <summary>The operating system does not allow this user to capture.</summary>
    InsufficientPrivilege,

    /// <summary>No interface of that name.</summary>
    CaptureDeviceNotFound,

    /// <summary>The BPF expression does not compile.</summary>
    InvalidCaptureFilter,

    /// <summary>libpcap (or Npcap) is not installed.</summary>
    CaptureLibraryMissing,

    /// <summary>The file cannot be opened or read.</summary>
    CaptureFileUnreadable,

    /// <summary>The file is not a pcap or pcapng capture.</summary>
    NotACaptureFile,

    /// <summary>The file is cut off or damaged at an offset.</summary>
    CaptureFileDamaged,

    /// <summary>The interface went away or the capture ended by itself.</summary>
    CaptureStopped,

    /// <summary>A database of places cannot be read or is none.</summary>
    GeoDatabaseUnreadable,
}

/// <summary>A source cannot be opened or read. The message says what and where; <see cref="RecommendedAction"/> says what to do.</summary>
public sealed class CaptureException : Exception
{
    /// <summary>Makes one.</summary>
    public CaptureException(CaptureError error, string message, string? recommendedAction = null, Exception? inner = null)
        : base(message, inner)
    {
        Error = error;
        RecommendedAction = recommendedAction;
    }

    /// <summary>The kind; its name is the stable error id.</summary>
    public CaptureError Error { get; }

    /// <summary>What the user can do about it, or null.</summary>
    public string? RecommendedAction { get; }

    /// <summary>Where in the file, in bytes from its start, for a damaged one (offset in the uncompressed data for gzip).</summary>
    public long? Offset { get; init; }

    internal static CaptureException Unreadable(string name, Exception cause) => new(
        CaptureError.CaptureFileUnreadable,
        cause is FileNotFoundException or DirectoryNotFoundException ? $"There is no file '{name}'." : $"'{name}' cannot be read: {cause.Message}",
        inner: cause);
}
