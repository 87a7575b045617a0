using System.Globalization;
using System.Net.NetworkInformation;

namespace NetMonitor.Capture;

/// <summary>What the operating system counts on an interface. A number it does not keep is null.</summary>
internal readonly record struct InterfaceCounters(
    long? BytesReceived, long? BytesSent, long? PacketsReceived, long? PacketsSent, long? ReceiveErrors, long? SendErrors, long? ReceiveDropped, long? SendDropped,
    long? Collisions)
{
    /// <summary>Reads them; all null where they cannot be read.</summary>
    public static InterfaceCounters Read(NetworkInterface source) => OperatingSystem.IsLinux() ? FromSysfs(source.Name) : FromStatistics(source);

    // https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-net-statistics
    private static InterfaceCounters FromSysfs(string name)
    {
        string folder = $"/sys/class/net/{name}/statistics/";
        return new InterfaceCounters(
            ReadNumber(folder + "rx_bytes"),
            ReadNumber(folder + "tx_bytes"),
            ReadNumber(folder + "rx_packets"),
            ReadNumber(folder + "tx_packets"),
            ReadNumber(folder + "rx_errors"),
            ReadNumber(folder + "tx_errors"),
            ReadNumber(folder + "rx_dropped"),
            ReadNumber(folder + "tx_dropped"),
            ReadNumber(folder + "collisions"));
    }

    private static InterfaceCounters FromStatistics(NetworkInterface source)
    {
        try
        {
            IPInterfaceStatistics s = source.GetIPStatistics();
            return new InterfaceCounters(
                s.BytesReceived,
                s.BytesSent,
                s.UnicastPacketsReceived + s.NonUnicastPacketsReceived,
                OperatingSystem.IsWindows() ? s.UnicastPacketsSent + s.NonUnicastPacketsSent : s.UnicastPacketsSent,     // the other half is not kept elsewhere
                s.IncomingPacketsWithErrors,
                s.OutgoingPacketsWithErrors,
                s.IncomingPacketsDiscarded,
                OperatingSystem.IsWindows() ? s.OutgoingPacketsDiscarded : null,
                Collisions: null);
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return default;
        }
    }

    private static long? ReadNumber(string path)
    {
        try
        {
            return ulong.TryParse(File.ReadAllText(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out ulong value)
                ? (long)Math.Min(value, long.MaxValue)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
