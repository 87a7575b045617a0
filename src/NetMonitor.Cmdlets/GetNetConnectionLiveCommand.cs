using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets the connections of the running monitors as they are now. Starts a monitor on the default interface when none runs.</summary>
[Cmdlet(VerbsCommon.Get, "NetConnectionLive", DefaultParameterSetName = NameSet)]
[OutputType(typeof(NetConnection))]
public sealed class GetNetConnectionLiveCommand : NetMonitorCmdlet
{
    private const string NameSet = "Name";
    private const string InputObjectSet = "InputObject";

    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private Func<NetConnection, bool>? _filter;

    /// <summary>Transport protocols: TCP, UDP, ICMP ….</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProtocolCompleter))]
    public string[]? Protocol { get; set; }

    /// <summary>States: ESTABLISHED, UDP_*, ….</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(StateCompleter))]
    public string[]? State { get; set; }

    /// <summary>Local ports.</summary>
    [Parameter]
    [ValidateRange(0, ushort.MaxValue)]
    public int[]? LocalPort { get; set; }

    /// <summary>Remote ports.</summary>
    [Parameter]
    [ValidateRange(0, ushort.MaxValue)]
    public int[]? RemotePort { get; set; }

    /// <summary>Local addresses: an address, a network like 10.0.0.0/8, or a wildcard.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? LocalAddress { get; set; }

    /// <summary>Remote addresses: an address, a network like 10.0.0.0/8, or a wildcard.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? RemoteAddress { get; set; }

    /// <summary>Owning processes: an id, or a wildcard for the name.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Process { get; set; }

    /// <summary>Application protocols: HTTPS, DNS, ….</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ApplicationCompleter))]
    public string[]? Application { get; set; }

    /// <summary>TLS and QUIC server names.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Sni { get; set; }

    /// <summary>Names of the remote host, wherever they come from.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>Interfaces the connections were first seen on; when this call starts a monitor, the interfaces it starts on.</summary>
    [Parameter]
    [SupportsWildcards]
    [InterfaceName]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>A filter like 'dport:443 process:ssh' (docs/filter.md).</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string? Filter { get; set; }

    /// <summary>Writes connections as things happen to them, each with a property Change, until Ctrl+C, -Duration, or enough downstream. Implied by -Change and -Duration.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>The changes to follow. Default: Opened, Identified, Closed. Updated comes at most once a second for each connection.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ConnectionChange[]? Change { get; set; }

    /// <summary>How long to follow. Default: for ever. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan? Duration { get; set; }

    /// <summary>Follows in a job and writes the job. Stopping it stops the work.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Names of the monitors to ask. Default: all that run or have read their file.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [Alias("Monitor")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The monitors to ask, as Start-NetMonitor -PassThru and Get-NetMonitor write them.</summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public NetMonitorSession[]? InputObject { get; set; }

    /// <summary>How long to wait for the first connection that fits. Default: 2 seconds when this call starts the monitor, else not at all. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive(OrZero = true)]
    public TimeSpan? Wait { get; set; }

    /// <inheritdoc/>
    protected override void BeginPipeline()
    {
        var filter = new ConnectionFilter()
            .Expression(ReadFilter(Filter))
            .Like(Protocol, connection => connection.Protocol)
            .Like(State, connection => connection.State)
            .Port(LocalPort, connection => connection.LocalPort)
            .Port(RemotePort, connection => connection.RemotePort)
            .Process(Process)
            .Like(Application, connection => connection.Application)
            .Like(Sni, connection => connection.Sni)
            .Like(HostName, connection => connection.HostName)
            .Like(Interface, connection => connection.Interface);
        string? bad = filter.Address(LocalAddress, connection => connection.LocalAddress)
            ?? filter.Address(RemoteAddress, connection => connection.RemoteAddress);
        if (bad is not null)
        {
            ThrowTerminatingError(Errors.NotAnAddress(bad));
        }

        _filter = filter.Compile();
    }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        bool started = false;
        IReadOnlyList<NetMonitorSession> sessions = InputObject ?? (Name is null ? RunningOrNew(out started) : FindMonitors(Name));
        WarnOfFailures(InputObject is null && Name is null ? MonitorRegistry.All() : sessions);

        if (Follow || AsJob || Change is not null || Duration is not null)
        {
            Run($"{MyInvocation.InvocationName} -Follow -Filter '{Filter}'", AsJob, output => ConnectionFollower.Follow(sessions, _filter, Change, Duration, output));
            WarnOfFailures(sessions);
            return;
        }

        // Each monitor in turn, and each connection as soon as it is at hand: a pipeline that has enough ends early.
        bool written = WriteConnections(sessions);
        TimeSpan wait = Wait ?? (started ? FirstLook : TimeSpan.Zero);
        long begun = TimeProvider.System.GetTimestamp();
        while (!written && TimeProvider.System.GetElapsedTime(begun) < wait && sessions.Any(session => session.Status == SessionStatus.Running))
        {
            Cancellation.WaitHandle.WaitOne(PollInterval);
            Cancellation.ThrowIfCancellationRequested();
            written = WriteConnections(sessions);
        }

        WarnOfFailures(sessions);
    }

    private IReadOnlyList<NetMonitorSession> RunningOrNew(out bool started)
    {
        IReadOnlyList<NetMonitorSession> sessions = MonitorRegistry.UsableOrStart(
            () => MonitorStart.Start(new SessionOptions { Interfaces = MonitorStart.Expand(Interface) }),
            out started);
        if (started)
        {
            WriteVerbose($"No monitor was running: started '{sessions[0].Name}' on {string.Join(", ", sessions[0].Interfaces)}. Stop-NetMonitor stops it.");
        }

        return sessions;
    }

    private bool WriteConnections(IReadOnlyList<NetMonitorSession> sessions)
    {
        bool written = false;
        foreach (NetMonitorSession session in sessions)
        {
            foreach (NetConnection connection in session.Snapshot(_filter, Cancellation))
            {
                WriteObject(connection);
                written = true;
            }
        }

        return written;
    }
}
