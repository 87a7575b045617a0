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

    /// <inheritdoc/>
    protected override void BeginPipeline() => _filter = ReadFilter(Filter);

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
                Run($"Import-NetCapture '{found}'", AsJob, output => Import(found, output));
            }
        }
    }

    /// <summary>One file. What is wrong with it is its own, non-terminating error: the others are still read.</summary>
    private void Import(string file, IWorkOutput output)
    {
        var options = new SessionOptions
        {
            Path = file,
            NoInspection = NoInspection,
            Readers = Readers,
            LocalAddresses = LocalAddress ?? [],
            LocalNetworks = LocalNetwork ?? [],
            Policy = Policy ?? MonitorStart.Policy,
            ResolveNames = ResolveNames,
            ResolvePrivateNames = ResolvePrivateNames,
            GeoDatabases = ResolveFiles(GeoDatabase),
        };
        var progress = new ImportProgressDisplay(System.IO.Path.GetFileName(file));
        try
        {
            ImportResult result = CaptureImport.Import(options, Show, output.Cancellation);
            Finish();
            foreach (NetConnection connection in result.Connections.Where(_filter.Matches))
            {
                output.Write(connection);
            }

            if (result.Damage is { } damage)
            {
                output.Fail(Errors.From(damage, file));
            }
        }
        catch (CaptureException error)
        {
            Finish();
            output.Fail(Errors.From(error, file));
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
