using System.Management.Automation;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Copies a capture file, packet for packet, with what its connections turned out to be as comments on their packets; all of it, or the packets of some connections.</summary>
[Cmdlet(VerbsData.Export, "NetCapture", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportNetCaptureCommand : NetMonitorCmdlet
{
    private readonly List<NetConnection> _connections = [];

    /// <summary>The capture file to copy (pcap or pcapng, plain or gzip).</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The capture file to write: pcapng, or pcap when it ends in .pcap; compressed when it ends in .gz.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Copies the packets of these connections only, as Import-NetCapture wrote them.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public NetConnection[]? InputObject { get; set; }

    /// <summary>Writes comments on whose each packet is (pcapng only).</summary>
    [Parameter]
    public SwitchParameter Annotate { get; set; }

    /// <summary>A TLS key log (SSLKEYLOGFILE) whose secrets go into the pcapng file, so that whoever opens it can decrypt.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyLog { get; set; }

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
        string? source = CapturePaths.Literal(SessionState.Path, Path!, out ErrorRecord? error);
        if (source is null)
        {
            WriteError(error);
            return;
        }

        string destination = ResolveNew(Destination!);
        if (!ShouldProcess(destination))
        {
            return;
        }

        bool only = MyInvocation.ExpectingInput || InputObject is not null;
        using ImportResult? imported = Annotate && !only ? CaptureImport.Import(new SessionOptions { Path = source }, progress: null, Cancellation) : null;
        IReadOnlyList<NetConnection> connections = imported?.Connections ?? _connections;
        var options = new RecordingOptions
        {
            Path = destination,
            Replace = Force,
            KeyLog = KeyLog is null ? null : CapturePaths.Literal(SessionState.Path, KeyLog, out error),
        };
        if (error is not null)
        {
            WriteError(error);
            return;
        }

        long written = CaptureCopy.Copy(source, options, connections, only, Annotate, Cancellation);
        WriteVerbose($"{written} packets written to '{destination}'.");
        if (PassThru)
        {
            WriteItem(destination);
        }
    }
}
