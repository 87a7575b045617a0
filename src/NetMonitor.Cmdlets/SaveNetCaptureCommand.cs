using System.Management.Automation;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Saves the last packets of a monitor that keeps them (Start-NetMonitor -FlightRecorder), of all connections or of those given.</summary>
[Cmdlet(VerbsData.Save, "NetCapture", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class SaveNetCaptureCommand : NetMonitorCmdlet
{
    private readonly List<NetConnection> _connections = [];

    /// <summary>The capture file: pcapng with comments, or pcap when it ends in .pcap; compressed when it ends in .gz.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The connections whose packets are wanted. Default: all packets.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public NetConnection[]? InputObject { get; set; }

    /// <summary>Only the last part of what is kept. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan? Last { get; set; }

    /// <summary>The monitor. Default: the first that has a flight recorder.</summary>
    [Parameter]
    [Alias("Monitor")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string? Name { get; set; }

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
        IReadOnlyList<NetMonitorSession> monitors = FindMonitors(Name is null ? null : [Name]);
        NetMonitorSession? monitor = monitors.FirstOrDefault(session => session.Options.FlightRecorder > TimeSpan.Zero) ?? monitors.FirstOrDefault();
        if (monitor is null)
        {
            if (Name is null)
            {
                WriteError(Errors.NoMonitor());
            }

            return;
        }

        if (monitor.Options.FlightRecorder <= TimeSpan.Zero)
        {
            WriteError(Errors.WithoutFlightRecorder(monitor));
            return;
        }

        string path = ResolveNew(Path!);
        if (!ShouldProcess(path))
        {
            return;
        }

        bool all = !MyInvocation.ExpectingInput && InputObject is null;
        long written = monitor.SaveCapture(new RecordingOptions { Path = path, Replace = Force }, Last, all ? null : _connections, Cancellation);
        WriteVerbose($"{written} packets written to '{path}'.");
        if (PassThru)
        {
            WriteItem(path);
        }
    }
}
