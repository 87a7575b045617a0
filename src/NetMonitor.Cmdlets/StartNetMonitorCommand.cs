using System.Management.Automation;
using System.Net;
using Microsoft.Extensions.Logging;
using NetMonitor.Export;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Starts to watch connections in the background, on network interfaces or from a capture file.</summary>
[Cmdlet(VerbsLifecycle.Start, "NetMonitor", DefaultParameterSetName = LiveSet)]
[OutputType(typeof(NetMonitorSession))]
public sealed class StartNetMonitorCommand : NetMonitorCmdlet
{
    private const string LiveSet = "Live";
    private const string FileSet = "File";

    /// <summary>The interfaces to capture on. Default: the one of the default route. Wildcards never mean the pseudo-interface "any".</summary>
    [Parameter(ParameterSetName = LiveSet, Position = 0)]
    [SupportsWildcards]
    [InterfaceName]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>A capture file (pcap or pcapng, plain or gzip) to read instead, or "-" for standard input.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Reads the file at the speed of its own clock instead of as fast as possible.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Pace { get; set; }

    /// <summary>What to call the monitor. Default: the name of the interface or file, numbered when taken.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Which packets the kernel hands over, in the language of libpcap ("tcp port 443").</summary>
    [Parameter(ParameterSetName = LiveSet)]
    [ValidateNotNullOrEmpty]
    public string? CaptureFilter { get; set; }

    /// <summary>Also captures packets that are not for this machine.</summary>
    [Parameter(ParameterSetName = LiveSet)]
    public SwitchParameter Promiscuous { get; set; }

    /// <summary>Does not look into payloads: no application, no names, less work.</summary>
    [Parameter]
    public SwitchParameter NoInspection { get; set; }

    /// <summary>Also shows connections with both ends on loopback. Implied when a loopback interface is named.</summary>
    [Parameter(ParameterSetName = LiveSet)]
    public SwitchParameter IncludeLoopback { get; set; }

    /// <summary>Addresses that count as local. Default for a file: whoever opened the conversation.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IPAddress[]? LocalAddress { get; set; }

    /// <summary>Networks that count as local, like 10.0.0.0/8.</summary>
    [Parameter]
    [Network]
    [ValidateNotNullOrEmpty]
    public IPNetwork[]? LocalNetwork { get; set; }

    /// <summary>When silent connections leave the table: a policy that Get-NetMonitorPolicy writes, or the name of one that is built in.</summary>
    [Parameter]
    [Policy]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    public TimeoutPolicy? Policy { get; set; }

    /// <summary>The most connections tracked at a time. Default: 200,000; of a file all.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ConnectionLimit { get; set; }

    /// <summary>The most closed connections remembered. Default: 5,000; of a file all.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? HistorySize { get; set; }
    /// <summary>Writes every packet to this file: pcapng with comments on whose it is, or pcap when it ends in .pcap; compressed when it ends in .gz.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CapturePath { get; set; }

    /// <summary>Bytes after which the next capture file begins.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long CaptureSize { get; set; }

    /// <summary>Time after which the next capture file begins. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan? CaptureInterval { get; set; }

    /// <summary>How many capture files are kept; the oldest goes. Default: all.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int CaptureCount { get; set; }

    /// <summary>A TLS key log (SSLKEYLOGFILE) to decrypt with. With -CapturePath its secrets also go into the pcapng file, so that whoever opens it can decrypt.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyLog { get; set; }

    /// <summary>Keeps the packets of this last time in memory, for Save-NetCapture. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan? FlightRecorder { get; set; }

    /// <summary>The most bytes of packets the flight recorder keeps. Default: 64 MB.</summary>
    [Parameter]
    [ValidateRange(1 << 20, 1L << 40)]
    public long FlightRecorderSize { get; set; } = 64 << 20;

    /// <summary>Replaces the capture file and the log of -LogPath when they are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>A file that gets a line for each connection that opens, is identified and closes; for Zeek's formats a folder of logs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EventLog { get; set; }

    /// <summary>The format of the event log: Ecs (default), RustNet, Zeek or ZeekJson.</summary>
    [Parameter]
    [ValidateSet("Ecs", "RustNet", "Zeek", "ZeekJson")]
    public ExportFormat EventLogFormat { get; set; }

    /// <summary>Bytes after which a log file is turned over (FILE becomes FILE.1). Default: never.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long EventLogSize { get; set; }

    /// <summary>How many turned-over log files are kept.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int EventLogCount { get; set; } = 5;

    /// <summary>Logs what the monitor itself does: this much and what is worse. Default: Information with -LogPath, else nothing.</summary>
    [Parameter]
    public LogLevel? LogLevel { get; set; }

    /// <summary>The file of that log, or a folder that gets a file for each run. Default with -LogLevel: the current folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

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

    /// <summary>Also reads the command lines of the processes that own connections. They can hold secrets.</summary>
    [Parameter(ParameterSetName = LiveSet)]
    public SwitchParameter IncludeCommandLine { get; set; }

    /// <summary>Threads that read each interface and track its connections, on Linux; for a file, threads that track. 1 unless asked for.</summary>
    [Parameter]
    [ValidateRange(1, SessionOptions.MostReaders)]
    public int Readers { get; set; } = 1;

    /// <summary>Writes the monitor.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        WarnOfFailures(MonitorRegistry.All());
        NetMonitorSession session = MonitorStart.Start(
            new SessionOptions
            {
                Interfaces = MonitorStart.Expand(Interface),
                Path = ResolvePath(),
                Pace = Pace,
                CaptureFilter = CaptureFilter,
                KeyLog = KeyLog is null ? null : ResolveNew(KeyLog),
                Promiscuous = Promiscuous,
                NoInspection = NoInspection,
                Readers = Readers,
                IncludeLoopback = IncludeLoopback,
                LocalAddresses = LocalAddress ?? [],
                LocalNetworks = LocalNetwork ?? [],
                Policy = Policy ?? MonitorStart.Policy,
                ConnectionLimit = ConnectionLimit,
                HistorySize = HistorySize,
                Recording = CapturePath is null ? null : new RecordingOptions
                {
                    Path = ResolveNew(CapturePath),
                    Size = CaptureSize,
                    Interval = CaptureInterval ?? TimeSpan.Zero,
                    Files = CaptureCount,
                    Replace = Force,
                    KeyLog = KeyLog is null ? null : ResolveNew(KeyLog),
                },
                FlightRecorder = FlightRecorder ?? TimeSpan.Zero,
                FlightRecorderBytes = FlightRecorderSize,
                EventLog = EventLog is null ? null : new EventLogOptions
                {
                    Path = ResolveNew(EventLog),
                    Format = EventLogFormat,
                    Size = EventLogSize,
                    Files = EventLogCount,
                },
                Log = LogPath is null && LogLevel is null ? null : new LogOptions
                {
                    Path = ResolveNew(LogPath ?? "."),
                    Level = LogLevel ?? Microsoft.Extensions.Logging.LogLevel.Information,
                    Replace = Force,
                },
                ResolveNames = ResolveNames,
                ResolvePrivateNames = ResolvePrivateNames,
                GeoDatabases = ResolveFiles(GeoDatabase),
                IncludeCommandLine = IncludeCommandLine,
            },
            Name);
        WarnOfNotice(session);
        WriteVerbose($"Monitor '{session.Name}' started on {string.Join(", ", session.Interfaces)}.");
        if (PassThru)
        {
            WriteObject(session);
        }
    }

    private string? ResolvePath()
    {
        if (Path is null)
        {
            return null;
        }

        string? path = CapturePaths.Literal(SessionState.Path, Path, out ErrorRecord? error);
        if (error is not null)
        {
            ThrowTerminatingError(error);
        }

        return path;
    }
}
