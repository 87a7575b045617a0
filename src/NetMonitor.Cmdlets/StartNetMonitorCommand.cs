using System.Management.Automation;
using System.Net;
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
                Promiscuous = Promiscuous,
                NoInspection = NoInspection,
                Readers = Readers,
                IncludeLoopback = IncludeLoopback,
                LocalAddresses = LocalAddress ?? [],
                LocalNetworks = LocalNetwork ?? [],
            },
            Name);
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
