using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Puts connections together: those of the pipeline, else those of the monitors as they are now.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "NetConnection")]
[OutputType(typeof(ConnectionMeasure))]
public sealed class MeasureNetConnectionCommand : NetMonitorCmdlet
{
    private readonly List<NetConnection> _connections = [];

    /// <summary>What to put them together by. Default: all together.</summary>
    [Parameter(Position = 0)]
    public MeasureKey By { get; set; }

    /// <summary>A filter like 'proto:tcp rtt>100ms' (docs/filter.md): only these are measured.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string? Filter { get; set; }

    /// <summary>The connections to measure.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public NetConnection? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void BeginPipeline() => ReadFilter(Filter);

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (InputObject is { } connection)
        {
            _connections.Add(connection);
        }
    }

    /// <inheritdoc/>
    protected override void EndPipeline()
    {
        IEnumerable<NetConnection> connections = _connections;
        if (!MyInvocation.ExpectingInput && InputObject is null)
        {
            IReadOnlyList<NetMonitorSession> sessions = UsableOrStarted();
            connections = sessions.SelectMany(session => session.Snapshot(filter: null, Cancellation));
            WarnOfFailures(sessions);
        }

        foreach (ConnectionMeasure measure in ConnectionMeasure.Of(connections.Where(ReadFilter(Filter).Matches), By))
        {
            WriteObject(measure);
        }
    }
}
