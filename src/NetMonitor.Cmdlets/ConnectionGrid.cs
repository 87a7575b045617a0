using System.Management.Automation;

namespace NetMonitor.Cmdlets;

/// <summary>Connections in Out-ConsoleGridView: the columns are those of our format view, and what is selected comes back as it went in.</summary>
internal static class ConnectionGrid
{
    public const string Command = "Out-ConsoleGridView";

    private const string Script = $"param($connections) $connections | {Command} -Title 'Connections'";

    /// <summary>Shows them until the user ends it.</summary>
    /// <returns>Those selected.</returns>
    public static IEnumerable<PSObject> Show(CommandInvocationIntrinsics invoke, IEnumerable<NetConnection> connections) =>
        invoke.InvokeScript(useLocalScope: true, ScriptBlock.Create(Script), Array.Empty<object>(), [connections.ToArray()]);
}
