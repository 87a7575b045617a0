namespace NetMonitor.Filtering;

/// <summary>
/// The states that <c>state:</c> finds: those of <see cref="ConnectionState"/>, and those an SSH connection goes through while its TCP state stays the
/// same. SSH's own ESTABLISHED is left out: its word already means TCP's.
/// </summary>
internal static class StateNames
{
    private const int SshOffset = 256; // behind every ConnectionState, which is a byte

    public static IReadOnlyList<(string Name, int Number)> All { get; } =
    [
        .. NameSet.All<ConnectionState>(),
        .. NameSet.All<SshState>().Where(state => !Enum.TryParse<ConnectionState>(state.Name, out _)).Select(state => (state.Name, state.Number + SshOffset)),
    ];

    public static int Of(NetConnection connection) => (int)connection.State;

    /// <summary>The number of the SSH state, or -1.</summary>
    public static int SshOf(NetConnection connection) => connection.Details is SshDetails ssh ? (int)ssh.State + SshOffset : -1;
}
