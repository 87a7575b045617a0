using System.Management.Automation;
using System.Net;
using NetMonitor.Capture;
using NetMonitor.Filtering;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Reads capture files and writes their connections, as Get-NetConnectionLive would have shown them.</summary>
[Cmdlet(VerbsData.Import, "NetCapture", DefaultParameterSetName = PathSet)]
[OutputType(typeof(NetConnection))]
public sealed class ImportNetCaptureCommand : NetMonitorCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private ConnectionFilterExpression _filter = ConnectionFilterExpression.Everything;

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

    /// <summary>What Timeout and Staleness are told by: a policy that Get-NetMonitorPolicy writes, or the name of one that is built in.</summary>
    [Parameter]
    [Policy]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    public TimeoutPolicy? Policy { get; set; }

    /// <summary>Asks reverse DNS for the names of public addresses that are not known otherwise. Sends these addresses to this machine's name servers.</summary>
    [Parameter]
    public SwitchParameter ResolveNames { get; set; }

    /// <summary>Asks for the names of private addresses too. Implies -ResolveNames.</summary>
    [Parameter]
    public SwitchParameter ResolvePrivateNames { get; set; }

    /// <summary>Databases of countries, cities and networks in MaxMind's format (.mmdb), the best first. Default: those in the usual folders, else the tables of the module.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? GeoDatabase { get; set; }

    /// <summary>A filter like 'dport:443 sni:example' (docs/filter.md): only these connections are written.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string? Filter { get; set; }

    /// <summary>Reads in a job and writes the job. Stopping it stops the reading.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Threads that track connections, beside the one that reads. The result is the same. 1, which does both, unless asked for.</summary>
    [Parameter]
    [ValidateRange(1, SessionOptions.MostReaders)]
    public int Readers { get; set; } = 1;

    /// <inheritdoc/>
    protected override void BeginPipeline()
    {
        _filter = ReadFilter(Filter);
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
                Start([file]);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndPipeline()
    {
        if (_merged.Count > 0)
        {
            Start(_merged);
        }
    }

    private void Start(IReadOnlyList<string> files) =>
        Run($"Import-NetCapture '{string.Join("', '", files)}'", AsJob, output => Import(files, output));

    /// <summary>One file, or several as one. What is wrong with it is its own, non-terminating error: the others are still read.</summary>
    private void Import(IReadOnlyList<string> files, IWorkOutput output)
    {
        var options = new SessionOptions
        {
            CaptureFilter = CaptureFilter,
            KeyLog = _keyLog,
            NoInspection = NoInspection,
            Readers = Readers,
            LocalAddresses = LocalAddress ?? [],
            LocalNetworks = LocalNetwork ?? [],
            Policy = Policy ?? MonitorStart.Policy,
            ResolveNames = ResolveNames,
            ResolvePrivateNames = ResolvePrivateNames,
            GeoDatabases = ResolveFiles(GeoDatabase),
        };
        string name = System.IO.Path.GetFileName(files[0]);
        var progress = new ImportProgressDisplay(files.Count == 1 ? name : $"{name} and {files.Count - 1} more");
        try
        {
            using ImportResult result = CaptureImport.Import(files, options, Show, output.Cancellation);
            Finish();
            foreach (NetConnection connection in result.Connections.Where(_filter.Matches))
            {
                output.Write(connection);
            }

            foreach (CaptureException damage in result.Damages)
            {
                output.Fail(Errors.From(damage, files.Count == 1 ? files[0] : null));
            }
        }
        catch (CaptureException error)
        {
            Finish();
            output.Fail(Errors.From(error, files.Count == 1 ? files[0] : null));
        }

        void Show(ImportProgress state)
        {
            if (progress.Update(state) is { } record)
            {
                output.Report(record);
            }
        }

        void Finish()
        {
            if (progress.Complete() is { } record)
            {
                output.Report(record);
            }
        }
    }
}
