using System.Management.Automation;
using NetMonitor.Filtering;
using NetMonitor.Monitoring;
using NetMonitor.View;

namespace NetMonitor.Cmdlets;

/// <summary>
/// Watches connections: live in a terminal, as a stream of objects, or in a grid. Joins a monitor that runs, or starts one of its own and
/// stops it at the end. The connections that were marked or chosen go to the pipeline.
/// </summary>
[Cmdlet(VerbsCommon.Watch, "NetConnection", DefaultParameterSetName = LiveSet)]
[OutputType(typeof(NetConnection))]
public sealed class WatchNetConnectionCommand : NetMonitorCmdlet
{
    private const string LiveSet = "Live";
    private const string NameSet = "Name";
    private const string FileSet = "File";
    private const string RemoteHost = "ServerRemoteHost"; // PowerShell's name for the host of a remote session

    /// <summary>How long a monitor of its own looks before a grid is shown.</summary>
    private static readonly TimeSpan GridLook = TimeSpan.FromSeconds(5);

    private NetMonitorSession? _own;
    private ConnectionFilterExpression _filter = ConnectionFilterExpression.Everything;

    /// <summary>The interfaces to watch. Default: what a running monitor watches, else the one of the default route.</summary>
    [Parameter(ParameterSetName = LiveSet, Position = 0)]
    [SupportsWildcards]
    [InterfaceName]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>Names of running monitors to join.</summary>
    [Parameter(ParameterSetName = NameSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>A capture file to watch instead, or "-" for standard input.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Reads the file at the speed of its own clock.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Pace { get; set; }

    /// <summary>Which packets the kernel hands over, in the language of libpcap. Always starts a monitor of its own.</summary>
    [Parameter(ParameterSetName = LiveSet)]
    [ValidateNotNullOrEmpty]
    public string? CaptureFilter { get; set; }

    /// <summary>Also shows connections with both ends on loopback. Implied when a loopback interface is named.</summary>
    [Parameter(ParameterSetName = LiveSet)]
    public SwitchParameter IncludeLoopback { get; set; }

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

    /// <summary>Does not look into payloads: faster, and without applications and names. Always starts a monitor of its own.</summary>
    [Parameter(ParameterSetName = LiveSet)]
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter NoInspection { get; set; }

    /// <summary>A filter like 'dport:443 process:ssh' (docs/filter.md); in the view `/` changes it.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string? Filter { get; set; }

    /// <summary>The column the table is sorted by; in the view `s` changes it.</summary>
    [Parameter]
    [ViewName(ViewNameKind.Column)]
    [ArgumentCompleter(typeof(ViewColumnCompleter))]
    public string? Sort { get; set; }

    /// <summary>The colors of the view.</summary>
    [Parameter]
    [ViewName(ViewNameKind.Theme)]
    [ArgumentCompleter(typeof(ViewThemeCompleter))]
    public string? Theme { get; set; }

    /// <summary>How often the picture is renewed, or the stream looks for news. A number means seconds. Default: half a second.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>When to end; with -GridView: how long to look first (default 5 seconds). Default: never. A number means seconds.</summary>
    [Parameter]
    [Seconds]
    [Positive]
    public TimeSpan? Duration { get; set; }

    /// <summary>Writes connections to the pipeline instead of drawing: each once, when it has been identified, has ended, or at the end. Needs no terminal.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>Enter in the table chooses the connection, ends the view and writes it to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Shows the connections in Out-ConsoleGridView (Microsoft.PowerShell.ConsoleGuiTools) and writes those selected there.</summary>
    [Parameter]
    public SwitchParameter GridView { get; set; }

    /// <inheritdoc/>
    protected override void BeginPipeline() => _filter = ReadFilter(Filter);

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        // Whatever cannot work is said before a monitor is started.
        if (GridView && InvokeCommand.GetCommand(ConnectionGrid.Command, CommandTypes.Cmdlet | CommandTypes.Function) is null)
        {
            ThrowTerminatingError(Errors.GridViewMissing());
        }

        if (!Stream && !CanDraw())
        {
            ThrowTerminatingError(Errors.TerminalMissing());
        }

        IReadOnlyList<NetMonitorSession> sessions = JoinOrStart();
        if (sessions.Count > 0)
        {
            if (Stream)
            {
                WriteStream(sessions);
            }
            else if (GridView)
            {
                WriteSelected(sessions);
            }
            else
            {
                Draw(sessions);
            }

            WarnOfFailures(sessions);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _own is { } own)
        {
            _own = null;
            MonitorRegistry.Stop(own);
            own.Dispose();
        }

        base.Dispose(disposing);
    }

    private IReadOnlyList<NetMonitorSession> JoinOrStart()
    {
        if (ParameterSetName == NameSet)
        {
            IReadOnlyList<NetMonitorSession> found = FindMonitors(Name);
            foreach (NetMonitorSession session in found.Where(session => session.Status is SessionStatus.Failed or SessionStatus.Stopped))
            {
                WriteError(Errors.MonitorNotRunning(session));
            }

            return [.. found.Where(session => session.Status is SessionStatus.Running or SessionStatus.Completed)];
        }

        WarnOfFailures(MonitorRegistry.All());
        var options = new SessionOptions
        {
            Interfaces = MonitorStart.Expand(Interface),
            CaptureFilter = CaptureFilter,
            IncludeLoopback = IncludeLoopback,
            NoInspection = NoInspection,
            Pace = Pace,
            Policy = MonitorStart.Policy,
            ResolveNames = ResolveNames,
            ResolvePrivateNames = ResolvePrivateNames,
            GeoDatabases = ResolveFiles(GeoDatabase),
        };
        if (ParameterSetName == FileSet)
        {
            string? path = CapturePaths.Literal(SessionState.Path, Path!, out ErrorRecord? error);
            if (error is not null)
            {
                ThrowTerminatingError(error);
            }

            options = options with { Path = path };
        }
        else if (MonitorRegistry.All().FirstOrDefault(session => Shows(session, options)) is { } running)
        {
            WriteVerbose($"Joined the monitor '{running.Name}'.");
            return [running];
        }

        _own = MonitorStart.Start(options);
        WarnOfNotice(_own);
        WriteVerbose($"Started the monitor '{_own.Name}' on {string.Join(", ", _own.Interfaces)}.");
        return [_own];
    }

    /// <summary>True when a running monitor shows all that is asked for.</summary>
    private static bool Shows(NetMonitorSession session, SessionOptions wanted) =>
        session is { Status: SessionStatus.Running, Options: { Path: null, CaptureFilter: null } }
        && wanted is { CaptureFilter: null, NoInspection: false }
        && !session.Options.NoInspection
        && (session.Options.IncludeLoopback || !wanted.IncludeLoopback)
        && (session.Options.ResolveNames || session.Options.ResolvePrivateNames || !wanted.ResolveNames)
        && (session.Options.ResolvePrivateNames || !wanted.ResolvePrivateNames)
        && (wanted.GeoDatabases.Count == 0 || wanted.GeoDatabases.SequenceEqual(session.Options.GeoDatabases))
        && (wanted.Interfaces.Count == 0 || wanted.Interfaces.Order().SequenceEqual(session.Interfaces.Order()));

    /// <summary>A view needs a terminal on both ends, and a host that is in it.</summary>
    private bool CanDraw() => ConsoleTerminal.IsInteractive && Host.UI?.RawUI is not null && Host.Name != RemoteHost;

    private void Draw(IReadOnlyList<NetMonitorSession> sessions)
    {
        ViewSettings settings = SettingsFile.Load(SettingsFile.DefaultPath);
        foreach (SettingsMistake mistake in settings.Mistakes)
        {
            WriteWarning($"{SettingsFile.DefaultPath}, line {mistake.Line}: {mistake.Message}");
        }

        using var terminal = new ConsoleTerminal();
        LiveView view = null!;
        var interfaces = new InterfaceReadings();
        view = new LiveView(
            terminal,
            cancellation => LiveSnapshot.Take(sessions, DateTimeOffset.Now, cancellation) with { Interfaces = view.ShowsInterfaces ? interfaces.Read() : [] },
            new LiveViewOptions
            {
                RefreshInterval = RefreshInterval,
                Duration = Duration,
                Filter = Filter ?? "",
                Sort = Sort,
                EnterChooses = PassThru,
                Settings = Theme is null ? settings : settings with { Theme = Theme },
            });
        if (view.Run(Cancellation) is LiveViewEnd.Interrupted or LiveViewEnd.Canceled)
        {
            // The terminal was in raw mode, so Ctrl+C came as a key: it still means that the whole pipeline ends.
            throw new PipelineStoppedException();
        }

        foreach (NetConnection connection in view.Chosen)
        {
            WriteObject(connection);
        }
    }

    private void WriteSelected(IReadOnlyList<NetMonitorSession> sessions)
    {
        TimeSpan time = _own is null ? TimeSpan.Zero : Duration ?? GridLook;
        long begun = TimeProvider.System.GetTimestamp();
        while (time - TimeProvider.System.GetElapsedTime(begun) is { Ticks: > 0 } rest && !WaitForEnd(sessions, rest))
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        IEnumerable<NetConnection> connections = LiveSnapshot.Take(sessions, DateTimeOffset.UtcNow, Cancellation).Connections;
        foreach (PSObject selected in ConnectionGrid.Show(InvokeCommand, connections.Where(_filter.Matches)))
        {
            WriteObject(selected);
        }
    }

    private void WriteStream(IReadOnlyList<NetMonitorSession> sessions)
    {
        long begun = TimeProvider.System.GetTimestamp();
        var stream = new ConnectionStream();
        bool ended = false;
        bool written = false;
        while (!ended)
        {
            TimeSpan rest = Duration is { } limit ? limit - TimeProvider.System.GetElapsedTime(begun) : RefreshInterval;
            ended = rest <= TimeSpan.Zero || WaitForEnd(sessions, rest < RefreshInterval ? rest : RefreshInterval);
            foreach (NetConnection connection in stream.Next(LiveSnapshot.Take(sessions, DateTimeOffset.UtcNow, Cancellation), ended).Where(_filter.Matches))
            {
                WriteObject(connection);
                written = true;
            }
        }

        if (!written)
        {
            WriteWarning(SilenceOf(sessions));
        }
    }

    /// <summary>Why a stream may have been empty, and what to try: nothing at all looks like a failure.</summary>
    private string SilenceOf(IReadOnlyList<NetMonitorSession> sessions)
    {
        string sources = string.Join(", ", sessions.Select(session => session.Options.Path ?? string.Join(", ", session.Interfaces)).Distinct());
        long packets = sessions.Sum(session => session.Counters.Packets);
        string seen = $"No connection{(Filter is null ? "" : $" that '{Filter}' lets through")} was seen on {sources}; {packets:N0} packets came.";
        if (sessions.All(session => session.Options.Path is not null))
        {
            return seen;
        }

        return Filter is null && !IncludeLoopback && sessions.Sum(session => session.Counters.Connections) > 0
            ? $"{seen} There are some of this machine with itself: -IncludeLoopback shows them."
            : $"{seen} Get-NetMonitorInterface shows where there is traffic; -Interface chooses, and -Duration says how long to look.";
    }

    /// <summary>Waits for the next look.</summary>
    /// <returns>True when no more can come.</returns>
    private bool WaitForEnd(IReadOnlyList<NetMonitorSession> sessions, TimeSpan time)
    {
        long begun = TimeProvider.System.GetTimestamp();
        foreach (NetMonitorSession session in sessions)
        {
            TimeSpan rest = time - TimeProvider.System.GetElapsedTime(begun);
            if (!session.WaitForCompletion(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Cancellation))
            {
                return false;
            }
        }

        return true;
    }
}
