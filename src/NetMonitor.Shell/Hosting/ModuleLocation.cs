namespace NetMonitor.Shell.Hosting;

/// <summary>Where the NetMonitor module is: <c>NETMONITOR_MODULE</c>, else beside the shell as the build publishes them (out/shell, out/module).</summary>
internal static class ModuleLocation
{
    public const string Variable = "NETMONITOR_MODULE";

    private static readonly string BesideTheShell =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "module", "NetMonitor", "NetMonitor.psd1"));

    /// <summary>The manifest's path, whether or not it exists.</summary>
    public static string Manifest() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? Path.GetFullPath(path) : BesideTheShell;

    /// <summary>Imports the module for the whole session; without it the shell still works, and says what is missing.</summary>
    public static void Import(ShellSession session)
    {
        string manifest = Manifest();
        if (File.Exists(manifest))
        {
            session.ImportModule(manifest);
        }
        else
        {
            session.Host.UI.WriteWarningLine(
                $"NetMonitor is not at {manifest}, so its commands are missing. Build it, or set {Variable} to its manifest.");
        }
    }
}
