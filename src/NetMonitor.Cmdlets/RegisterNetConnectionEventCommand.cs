using System.Management.Automation;
using NetMonitor.Filtering;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>
/// Subscribes to what happens to connections: an engine event for each, as Register-ObjectEvent would make it. Wait-Event, Get-Event and
/// Unregister-Event work with it. Starts a monitor on the default interface when none runs.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "NetConnectionEvent")]
[OutputType(typeof(PSEventJob))]
public sealed class RegisterNetConnectionEventCommand : NetMonitorCmdlet
{
    /// <summary>A filter like 'host:example.com' (docs/filter.md). Default: every connection.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public string? Filter { get; set; }

    /// <summary>What to do with each event; $Event.SourceEventArgs has Change and Connection. Without it events wait for Get-Event and Wait-Event.</summary>
    [Parameter(Position = 1)]
    public ScriptBlock? Action { get; set; }

    /// <summary>The changes to be told of. Default: Opened, Identified, Closed. Updated comes at most once a second for each connection.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ConnectionChange[]? Change { get; set; }

    /// <summary>The name of the subscription, for Wait-Event and Unregister-Event. Default: a new one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourceIdentifier { get; set; }

    /// <summary>After how many events the subscription ends by itself. Default: never.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxTriggerCount { get; set; }

    /// <summary>What $Event.MessageData will be.</summary>
    [Parameter]
    public PSObject? MessageData { get; set; }

    /// <summary>Names of the monitors to listen to. Default: all that run.</summary>
    [Parameter]
    [Alias("Monitor")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        ConnectionFilterExpression filter = ReadFilter(Filter);
        IReadOnlyList<NetMonitorSession> sessions = Name is null ? UsableOrStarted() : FindMonitors(Name);
        if (sessions.Count == 0)
        {
            return;
        }

        if (SourceIdentifier is not null && Events.GetEventSubscribers(SourceIdentifier).Any())
        {
            WriteError(Errors.SourceIdentifierTaken(SourceIdentifier)); // As Register-ObjectEvent does: two would be told everything twice.
            return;
        }

        ConnectionChange[]? changes = Change;
        var source = new ConnectionEventSource(() => new ConnectionFeed(sessions, filter.IsEmpty ? null : filter.Matches, changes));
        PSEventSubscriber subscriber = Events.SubscribeEvent(
            source, nameof(ConnectionEventSource.ConnectionChanged), SourceIdentifier ?? Guid.NewGuid().ToString(), MessageData, Action,
            supportEvent: false, forwardEvent: false, MaxTriggerCount);
        if (subscriber.Action is { } job)
        {
            WriteObject(job);
        }
    }
}
