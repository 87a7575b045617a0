using NetMonitor.Attribution.Linux;
using NetMonitor.Attribution.MacOS;
using NetMonitor.Attribution.Windows;

namespace NetMonitor.Attribution;

/// <summary>What this operating system offers to find the owners of connections.</summary>
internal static class AttributionSystem
{
    /// <summary>Opens the list of sockets.</summary>
    /// <param name="commandLines">Command lines are wanted.</param>
    /// <returns>Null where this system has none, or forbids it.</returns>
    public static ISocketTable? OpenSockets(bool commandLines)
    {
        try
        {
            return OperatingSystem.IsLinux() ? new LinuxSocketTable(new LinuxProcessTable(commandLines))
                : OperatingSystem.IsWindows() ? new WindowsSocketTable()
                : OperatingSystem.IsMacOS() ? new MacSocketTable()
                : null;
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens the watch over connections as processes open them.</summary>
    /// <param name="commandLines">Command lines are wanted.</param>
    /// <param name="whyNot">What is in the way when there is none.</param>
    public static IConnectionWatch? OpenWatch(bool commandLines, out string? whyNot)
    {
        whyNot = "It is part of Linux.";
        return OperatingSystem.IsLinux() ? EbpfWatch.TryOpen(new LinuxProcessTable(commandLines), out whyNot) : null;
    }
}
