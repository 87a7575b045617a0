using NetMonitor.View;

namespace NetMonitor.Cmdlets;

/// <summary>
/// Chooses from one snapshot after another the connections to write: each once, and late enough that there is something to say about it:
/// when its application has been recognized by its bytes, when it ended, when it has been quiet about itself for a while, or when the stream ends.
/// </summary>
internal sealed class ConnectionStream
{
    /// <summary>After this long a connection that did not say what it is probably never will.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>The connections of a snapshot to write now.</summary>
    /// <param name="snapshot">All connections there are, and the time.</param>
    /// <param name="last">True when there will be no further snapshot.</param>
    public IReadOnlyList<NetConnection> Next(LiveSnapshot snapshot, bool last)
    {
        var write = new List<NetConnection>();
        var written = new HashSet<string>(snapshot.Connections.Count, StringComparer.Ordinal); // only those still there: what left the table is forgotten
        foreach (NetConnection connection in snapshot.Connections)
        {
            string id = connection.Id;
            if (_written.Contains(id))
            {
                written.Add(id);
            }
            else if (last || IsSettled(connection, snapshot.Now))
            {
                written.Add(id);
                write.Add(connection);
            }
        }

        _written = written;
        return write;
    }

    private static bool IsSettled(NetConnection connection, DateTimeOffset now) =>
        connection.Sni is not null
        || connection.HostName is not null
        || connection.IsHistoric
        || connection.State is ConnectionState.CLOSED or ConnectionState.TIME_WAIT
        || now - connection.CreationTime > Patience;
}
