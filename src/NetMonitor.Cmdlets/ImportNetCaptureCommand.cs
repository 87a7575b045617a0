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

    /// <summary>Threads that track connections, beside the one that reads. The result is the same. 1, which does both, unless asked for.</summary>
    [Parameter]
    [ValidateRange(1, SessionOptions.MostReaders)]
    public int Readers { get; set; } = 1;

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string path in (literal ? LiteralPath : Path) ?? [])
        {
            ErrorRecord? error;
            IReadOnlyList<string> files = literal
                ? CapturePaths.Literal(SessionState.Path, path, out error) is { } file ? [file] : []
                : CapturePaths.Wildcard(SessionState.Path, path, out error);
            if (error is not null)
            {
                WriteError(error);
            }

            foreach (string found in files)
            {
                Import(found);
            }
        }
    }

    /// <summary>One file. What is wrong with it is its own, non-terminating error: the others are still read.</summary>
    private void Import(string file)
    {
        var options = new SessionOptions
        {
            Path = file,
            NoInspection = NoInspection,
            Readers = Readers,
            LocalAddresses = LocalAddress ?? [],
            LocalNetworks = LocalNetwork ?? [],
        };
        var progress = new ImportProgressDisplay(System.IO.Path.GetFileName(file));
        try
        {
            ImportResult result = CaptureImport.Import(options, Show, Cancellation);
            Finish();
            foreach (NetConnection connection in result.Connections)
            {
                WriteObject(connection);
            }

            if (result.Damage is { } damage)
            {
                WriteError(Errors.From(damage, file));
            }
        }
        catch (CaptureException error)
        {
            Finish();
            WriteError(Errors.From(error, file));
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
