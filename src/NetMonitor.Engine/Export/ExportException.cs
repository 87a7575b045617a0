namespace NetMonitor.Export;

/// <summary>Why a file cannot be written: one stable word each, which is also the error id users see.</summary>
public enum ExportError
{
    /// <summary>The file exists and was not to be replaced.</summary>
    ExportFileExists,

    /// <summary>The path is a symbolic link, which is never written through.</summary>
    ExportPathIsLink,

    /// <summary>The folder does not exist or cannot be written to.</summary>
    ExportFileUnwritable,

    /// <summary>Writing failed underway: the disk is full, the file system went away.</summary>
    ExportInterrupted,

    /// <summary>The file's name does not say which format is meant.</summary>
    ExportFormatUnknown,

    /// <summary>The path is that of a device, a pipe or a socket.</summary>
    NotAFile,
}

/// <summary>A file cannot be written. The message says what and where; <see cref="RecommendedAction"/> says what to do.</summary>
public sealed class ExportException : Exception
{
    /// <summary>Makes one.</summary>
    public ExportException(ExportError error, string message, string? recommendedAction = null, Exception? inner = null)
        : base(message, inner)
    {
        Error = error;
        RecommendedAction = recommendedAction;
    }

    /// <summary>The kind; its name is the stable error id.</summary>
    public ExportError Error { get; }

    /// <summary>What the user can do about it, or null.</summary>
    public string? RecommendedAction { get; }
}
