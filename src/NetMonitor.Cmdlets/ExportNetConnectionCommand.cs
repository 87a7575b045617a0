using System.Management.Automation;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Writes connections to a file: JSON lines (Elastic Common Schema, RustNet), Zeek's logs, CSV or Parquet.</summary>
[Cmdlet(VerbsData.Export, "NetConnection", SupportsShouldProcess = true)]
[OutputType(typeof(FileSystemInfo))]
public sealed class ExportNetConnectionCommand : NetMonitorCmdlet
{
    private string _path = "";
    private ConnectionWriter? _writer;

    /// <summary>The file; for Zeek's formats the folder, which is made when it is not there.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The connections. Default: those of all monitors, as they are now.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public NetConnection[]? InputObject { get; set; }

    /// <summary>The format. Default: what the file's name tells (.jsonl, .ndjson and .json: Ecs; .csv; .parquet).</summary>
    [Parameter]
    public ExportFormat? Format { get; set; }

    /// <summary>Replaces what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginPipeline()
    {
        _path = ResolveNew(Path!);
        ExportFormat format = Format ?? ConnectionFormats.Of(_path);
        if (!MyInvocation.ExpectingInput && InputObject is null && MonitorRegistry.All().Count == 0)
        {
            ThrowTerminatingError(Errors.NoMonitor()); // A file without rows would look like a machine without connections.
        }

        if (ShouldProcess(_path))
        {
            _writer = ConnectionFormats.Create(_path, format, Force);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        foreach (NetConnection connection in InputObject ?? Snapshot())
        {
            Cancellation.ThrowIfCancellationRequested();
            _writer?.Write(connection);
        }
    }

    /// <inheritdoc/>
    protected override void EndPipeline()
    {
        if (_writer is null)
        {
            return;
        }

        _writer.Complete();
        if (PassThru)
        {
            WriteItem(_path);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _writer?.Dispose();
        base.Dispose(disposing);
    }

    private IEnumerable<NetConnection> Snapshot() =>
        MonitorRegistry.All().SelectMany(session => session.Snapshot(filter: null, Cancellation));
}
