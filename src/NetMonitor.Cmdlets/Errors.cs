using System.Management.Automation;
using NetMonitor.Capture;
using NetMonitor.Export;
using NetMonitor.Filtering;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Every error record of the module: one constant id, category and recommended action each. docs/errors.md is the same table for readers.</summary>
internal static class Errors
{
    public const string NetMonitorNotFound = nameof(NetMonitorNotFound);
    public const string NetMonitorNotRunning = nameof(NetMonitorNotRunning);
    public const string NetMonitorNameTaken = nameof(NetMonitorNameTaken);
    public const string NetMonitorCapabilityNotFound = nameof(NetMonitorCapabilityNotFound);
    public const string CaptureFileNotFound = nameof(CaptureFileNotFound);
    public const string NoFlightRecorder = nameof(NoFlightRecorder);
    public const string NotAFile = nameof(NotAFile);
    public const string InvalidFilter = nameof(InvalidFilter);
    public const string ConnectionWaitTimedOut = nameof(ConnectionWaitTimedOut);
    public const string InvalidAddressPattern = nameof(InvalidAddressPattern);
    public const string EventSourceIdentifierTaken = nameof(EventSourceIdentifierTaken);

    public const string NetMonitorPolicyNotFound = nameof(NetMonitorPolicyNotFound);
    public const string NetMonitorPolicyRowNotFound = nameof(NetMonitorPolicyRowNotFound);

    public const string TerminalRequired = nameof(TerminalRequired);
    public const string GridViewNotInstalled = nameof(GridViewNotInstalled);

    private const string StartOne = "Start one with Start-NetMonitor.";

    /// <summary>The category of each engine error; its id is the error's own name.</summary>
    private static readonly Dictionary<CaptureError, ErrorCategory> Categories = new()
    {
        [CaptureError.InsufficientPrivilege] = ErrorCategory.PermissionDenied,
        [CaptureError.CaptureDeviceNotFound] = ErrorCategory.ObjectNotFound,
        [CaptureError.InvalidCaptureFilter] = ErrorCategory.InvalidArgument,
        [CaptureError.CaptureLibraryMissing] = ErrorCategory.NotInstalled,
        [CaptureError.CaptureFileUnreadable] = ErrorCategory.OpenError,
        [CaptureError.NotACaptureFile] = ErrorCategory.InvalidData,
        [CaptureError.CaptureFileDamaged] = ErrorCategory.InvalidData,
        [CaptureError.CaptureStopped] = ErrorCategory.ResourceUnavailable,
        [CaptureError.GeoDatabaseUnreadable] = ErrorCategory.InvalidData,
    };

    private static readonly Dictionary<ExportError, ErrorCategory> ExportCategories = new()
    {
        [ExportError.ExportFileExists] = ErrorCategory.ResourceExists,
        [ExportError.ExportPathIsLink] = ErrorCategory.SecurityError,
        [ExportError.ExportFileUnwritable] = ErrorCategory.OpenError,
        [ExportError.ExportInterrupted] = ErrorCategory.WriteError,
        [ExportError.ExportFormatUnknown] = ErrorCategory.InvalidArgument,
        [ExportError.NotAFile] = ErrorCategory.InvalidArgument,
    };

    /// <summary>The engine's error as PowerShell shows it.</summary>
    public static ErrorRecord From(ExportException error, object? target) => Make(
        error,
        error.Error.ToString(),
        ExportCategories.GetValueOrDefault(error.Error, ErrorCategory.NotSpecified),
        target,
        error.RecommendedAction);

    /// <summary>The engine's error as PowerShell shows it.</summary>
    public static ErrorRecord From(CaptureException error, object? target) => Make(
        error,
        error.Error.ToString(),
        Categories.GetValueOrDefault(error.Error, ErrorCategory.NotSpecified),
        target,
        error.RecommendedAction);

    public static ErrorRecord MonitorNotFound(string name, IReadOnlyList<NetMonitorSession> all) => Make(
        new ItemNotFoundException($"There is no monitor named '{name}'."),
        NetMonitorNotFound,
        ErrorCategory.ObjectNotFound,
        name,
        all.Count == 0 ? StartOne : $"The monitors are: {string.Join(", ", all.Select(session => session.Name))}.");

    public static ErrorRecord NoMonitor() => Make(
        new ItemNotFoundException("There is no monitor."), NetMonitorNotFound, ErrorCategory.ObjectNotFound, target: null, StartOne);

    public static ErrorRecord SourceIdentifierTaken(string id) => Make(
        new InvalidOperationException($"There is already a subscriber with the source identifier '{id}'."),
        EventSourceIdentifierTaken,
        ErrorCategory.ResourceExists,
        id,
        $"Choose another -SourceIdentifier, or end that one: Unregister-Event '{id}'.");

    public static ErrorRecord MonitorNotRunning(NetMonitorSession session) => Make(
        new InvalidOperationException($"The monitor '{session.Name}' is not running any more (it is {session.Status}). {session.Failure?.Message}".TrimEnd()),
        NetMonitorNotRunning,
        ErrorCategory.ObjectNotFound,
        session,
        $"Get-NetConnectionLive -Name '{session.Name}' shows what it saw; Start-NetMonitor starts another.");

    public static ErrorRecord MonitorNameTaken(string name) => Make(
        new InvalidOperationException($"There is already a monitor named '{name}'."),
        NetMonitorNameTaken,
        ErrorCategory.ResourceExists,
        name,
        $"Choose another -Name, or stop that one: Stop-NetMonitor '{name}'.");

    public static ErrorRecord FileNotFound(string path, Exception? inner) => Make(
        new ItemNotFoundException($"There is no file '{path}'.", inner),
        CaptureFileNotFound,
        ErrorCategory.ObjectNotFound,
        path,
        "Check the path. In a name a backtick stands before a bracket, an asterisk or a question mark.");

    public static ErrorRecord WithoutFlightRecorder(NetMonitorSession session) => Make(
        new InvalidOperationException($"The monitor '{session.Name}' has no flight recorder: it keeps no packets."),
        NoFlightRecorder,
        ErrorCategory.InvalidOperation,
        session,
        "Start it with -FlightRecorder 300 to keep the last five minutes.");

    public static ErrorRecord NotAFilePath(string path, Exception? inner) => Make(
        new ItemNotFoundException($"'{path}' is not the name of a file.", inner),
        NotAFile,
        ErrorCategory.InvalidArgument,
        path,
        "Name a file on a file-system drive.");

    public static ErrorRecord CapabilityUnknown(string name) => Make(
        new ItemNotFoundException($"There is no ability named '{name}'."),
        NetMonitorCapabilityNotFound,
        ErrorCategory.ObjectNotFound,
        name,
        $"There are: {string.Join(", ", CapabilityTable.Names)}.");

    public static ErrorRecord NotAnAddress(string text) => Make(
        new ArgumentException($"'{text}' is not an address, a network or a wildcard."),
        InvalidAddressPattern,
        ErrorCategory.InvalidArgument,
        text,
        "Examples: 192.0.2.7, 10.0.0.0/8, 2001:db8::/32, 192.168.*");

    public static ErrorRecord PolicyNotFound(string name, IReadOnlyList<TimeoutPolicy> all) => Make(
        new ItemNotFoundException($"There is no policy named '{name}'."),
        NetMonitorPolicyNotFound,
        ErrorCategory.ObjectNotFound,
        name,
        $"The policies are: {string.Join(", ", all)}.");

    public static ErrorRecord PolicyRowNotFound(string row, TimeoutPolicy policy) => Make(
        new ItemNotFoundException($"The policy '{policy}' has no row '{row}'."),
        NetMonitorPolicyRowNotFound,
        ErrorCategory.ObjectNotFound,
        row,
        $"Its rows are: {string.Join("; ", policy.Rows.Select(one => one.Name))}.");

    public static ErrorRecord TerminalMissing() => Make(
        new InvalidOperationException("The live view needs a terminal: input or output is redirected, the session is remote, or TERM is 'dumb'."),
        TerminalRequired,
        ErrorCategory.InvalidOperation,
        target: null,
        "Watch-NetConnection -Stream writes connections to the pipeline and needs no terminal.");

    public static ErrorRecord GridViewMissing() => Make(
        new InvalidOperationException("-GridView needs Out-ConsoleGridView, which is not installed."),
        GridViewNotInstalled,
        ErrorCategory.NotInstalled,
        target: null,
        "Install-PSResource Microsoft.PowerShell.ConsoleGuiTools");

    public static ErrorRecord NotAFilter(string text, FilterError error) => Make(
        new ArgumentException($"{error.Message}\n{error.Underline(text)}"),
        InvalidFilter,
        ErrorCategory.InvalidArgument,
        error,
        "The language is described in docs/filter.md. Tab completes keywords and values.");

    public static ErrorRecord TimedOut(string filter, TimeSpan timeout) => Make(
        new TimeoutException($"No connection fitted '{filter}' within {timeout.TotalSeconds} seconds."),
        ConnectionWaitTimedOut,
        ErrorCategory.OperationTimeout,
        filter,
        "Wait longer with -Timeout, or check the filter with Get-NetConnectionLive -Filter.");

    private static ErrorRecord Make(Exception exception, string id, ErrorCategory category, object? target, string? action) =>
        new(exception, id, category, target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action ?? "" },
        };
}
