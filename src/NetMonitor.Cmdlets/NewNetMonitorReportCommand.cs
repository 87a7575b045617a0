using System.Management.Automation;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Makes a report of connections: one HTML file with charts, findings and a table, which needs no network.</summary>
[Cmdlet(VerbsCommon.New, "NetMonitorReport", SupportsShouldProcess = true, DefaultParameterSetName = MonitorSet)]
[OutputType(typeof(FileInfo))]
public sealed class NewNetMonitorReportCommand : NetMonitorCmdlet
{
    private const string InputSet = "InputObject";
    private const string CaptureSet = "CapturePath";
    private const string MonitorSet = "Monitor";

    private readonly List<NetConnection> _connections = [];

    /// <summary>The file, by custom named .html.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The connections.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public NetConnection[]? InputObject { get; set; }

    /// <summary>A capture file (pcap or pcapng, plain or gzip), whose traffic over time is counted packet by packet.</summary>
    [Parameter(ParameterSetName = CaptureSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? CapturePath { get; set; }

    /// <summary>The monitors, whose connections are taken as they are now. Default: all.</summary>
    [Parameter(ParameterSetName = MonitorSet)]
    [Alias("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Monitor { get; set; }

    /// <summary>The report's heading. Default: "Network report".</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Replaces the file when it is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput() => _connections.AddRange(InputObject ?? []);

    /// <inheritdoc/>
    protected override void EndPipeline()
    {
        string path = ResolveNew(Path!);
        var options = new ReportOptions { Made = DateTimeOffset.Now };
        options = Title is null ? options : options with { Title = Title };
        switch (ParameterSetName)
        {
            case CaptureSet:
                string? file = CapturePaths.Literal(SessionState.Path, CapturePath!, out ErrorRecord? error);
                if (file is null)
                {
                    WriteError(error);
                    return;
                }

                if (ShouldProcess(path))
                {
                    options = options with { Source = System.IO.Path.GetFileName(file), Traffic = new TrafficSeries() };
                    ImportResult? imported = null;
                    try
                    {
                        Write(path, () => (imported = Import(file, options)).Connections, options);
                    }
                    finally
                    {
                        imported?.Dispose();
                    }
                }

                return;
            case MonitorSet:
                IReadOnlyList<NetMonitorSession> monitors = FindMonitors(Monitor);
                if (monitors.Count == 0)
                {
                    if (Monitor is null)
                    {
                        WriteError(Errors.NoMonitor());
                    }

                    return;
                }

                _connections.AddRange(monitors.SelectMany(session => session.Snapshot(filter: null, Cancellation)));
                options = options with { Source = string.Join(", ", monitors.Select(session => session.Name)) };
                break;
        }

        if (ShouldProcess(path))
        {
            Write(path, () => _connections, options);
        }
    }

    private void Write(string path, Func<IReadOnlyList<NetConnection>> connections, ReportOptions options)
    {
        ReportPage.Write(path, connections, options, Force);
        if (PassThru)
        {
            WriteItem(path);
        }
    }

    /// <summary>The connections of a capture. Of a damaged one what could be read, with an error that says so.</summary>
    private ImportResult Import(string file, ReportOptions options)
    {
        var progress = new ImportProgressDisplay(System.IO.Path.GetFileName(file));
        ImportResult result = CaptureImport.Import(new SessionOptions { Path = file, Traffic = options.Traffic }, Show, Cancellation);
        if (progress.Complete() is { } record)
        {
            WriteProgress(record);
        }

        if (result.Damage is { } damage)
        {
            WriteError(Errors.From(damage, file));
        }

        return result;

        void Show(ImportProgress state)
        {
            if (progress.Update(state) is { } record)
            {
                WriteProgress(record);
            }
        }
    }
}
