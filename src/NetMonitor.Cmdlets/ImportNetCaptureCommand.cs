using System.Management.Automation;
using System.Net;
using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Reads capture files and writes their connections, as Get-NetConnectionLive would have shown them.</summary>
[Cmdlet(VerbsData.Import, "NetCapture", DefaultParameterSetName = PathSet)]
[OutputType(typeof(NetConnection))]
public sealed class ImportNetCaptureCommand : NetMonitorCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<string> _merged = [];
    private string? _keyLog;

    /// <summary>Capture files (pcap or pcapng, plain or gzip); "-" for standard input.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Capture files by their exact names. Takes the output of Get-ChildItem.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>Reads all files as one, packet by packet in the order of their times: parts of one recording, or one moment seen from several places.</summary>
    [Parameter]
    public SwitchParameter Merge { get; set; }

    /// <summary>Only packets that pass, in the language of libpcap ("tcp port 443").</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CaptureFilter { get; set; }

    /// <summary>A TLS key log (SSLKEYLOGFILE) to decrypt with. Secrets inside of a pcapng file are used without being asked.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyLog { get; set; }

    /// <summary>Does not look into payloads: no application, no names, less work.</summary>
    [Parameter]
    public SwitchParameter NoInspection { get; set; }

    /// <summary>Addresses that count as local. Default: whoever opened the conversation.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IPAddress[]? LocalAddress { get; set; }

    /// <summary>Networks that count as local, like 10.0.0.0/8.</summary>
    [Parameter]
    [Network]
    [ValidateNotNullOrEmpty]
    public IPNetwork[]? LocalNetwork { get; set; }

    /// <inheritdoc/>
    protected override void BeginPipeline()
    {
        if (KeyLog is not null)
        {
            _keyLog = CapturePaths.Literal(SessionState.Path, KeyLog, out ErrorRecord? error);
            if (error is not null)
            {
                ThrowTerminatingError(error);
            }
        }
    }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string file in CapturePaths.Files(this, (literal ? LiteralPath : Path) ?? [], literal))
        {
            if (Merge)
            {
                _merged.Add(file);
            }
            else
            {
                Import([file]);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndPipeline()
    {
        if (_merged.Count > 0)
        {
            Import(_merged);
        }
    }

    /// <summary>One file, or several as one. What is wrong with it is its own, non-terminating error: the others are still read.</summary>
    private void Import(IReadOnlyList<string> files)
    {
        var options = new SessionOptions
        {
            CaptureFilter = CaptureFilter,
            KeyLog = _keyLog,
            NoInspection = NoInspection,
            LocalAddresses = LocalAddress ?? [],
            LocalNetworks = LocalNetwork ?? [],
        };
        string name = System.IO.Path.GetFileName(files[0]);
        var progress = new ImportProgressDisplay(files.Count == 1 ? name : $"{name} and {files.Count - 1} more");
        try
        {
            ImportResult result = CaptureImport.Import(files, options, Show, Cancellation);
            Finish();
            foreach (NetConnection connection in result.Connections)
            {
                WriteObject(connection);
            }

            foreach (CaptureException damage in result.Damages)
            {
                WriteError(Errors.From(damage, files.Count == 1 ? files[0] : null));
            }
        }
        catch (CaptureException error)
        {
            Finish();
            WriteError(Errors.From(error, files.Count == 1 ? files[0] : null));
        }

        void Show(ImportProgress state)
        {
            if (progress.Update(state) is { } record)
            {
                WriteProgress(record);
            }
        }

        void Finish()
        {
            if (progress.Complete() is { } record)
            {
                WriteProgress(record);
            }
        }
    }
}
