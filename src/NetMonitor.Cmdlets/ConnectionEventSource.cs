using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>What an event subscription is told: <c>$Event.SourceEventArgs</c>.</summary>
/// <param name="change">What happened.</param>
/// <param name="connection">The connection as it was just after.</param>
public sealed class NetConnectionEventArgs(ConnectionChange change, NetConnection connection) : EventArgs
{
    /// <summary>What happened.</summary>
    public ConnectionChange Change { get; } = change;

    /// <summary>The connection as it was just after.</summary>
    public NetConnection Connection { get; } = connection;
}

/// <summary>
/// A .NET event that PowerShell's event manager can subscribe to. It listens to the monitors while somebody listens to it, on a thread of its own: when
/// the last subscriber goes (Unregister-Event, -MaxTriggerCount, the end of the runspace), so does the thread.
/// </summary>
public sealed class ConnectionEventSource
{
    private readonly Lock _gate = new();
    private readonly Func<ConnectionFeed> _listen;
    private EventHandler<NetConnectionEventArgs>? _handlers;
    private CancellationTokenSource? _running;

    internal ConnectionEventSource(Func<ConnectionFeed> listen) => _listen = listen;

    /// <summary>Told of each change, one after another.</summary>
    public event EventHandler<NetConnectionEventArgs>? ConnectionChanged
    {
        add
        {
            lock (_gate)
            {
                _handlers += value;
                if (_running is null && _handlers is not null)
                {
                    var running = new CancellationTokenSource();
                    ConnectionFeed feed = _listen();
                    _running = running;
                    new Thread(() => Pump(feed, running)) { IsBackground = true, Name = "NetMonitor events" }.Start();
                }
            }
        }

        remove
        {
            lock (_gate)
            {
                _handlers -= value;
                if (_handlers is null)
                {
                    _running?.Cancel();
                    _running = null;
                }
            }
        }
    }

    private void Pump(ConnectionFeed feed, CancellationTokenSource running)
    {
        try
        {
            while (!feed.IsOver)
            {
                if (feed.TryTake(out ConnectionEvent? change, TimeSpan.FromSeconds(1), running.Token))
                {
                    _handlers?.Invoke(this, new NetConnectionEventArgs(change.Change, change.Connection));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
#pragma warning disable CA1031 // A subscriber's mistake, or a runspace that closed meanwhile, must not end the process.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            feed.Dispose();
        }
    }
}
