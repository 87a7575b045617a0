using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Names;

/// <summary>The names that this machine's hosts file gives addresses (hosts(5)), as they were when it was read.</summary>
internal sealed class HostsFile
{
    /// <summary>Addresses kept (docs/limits.md).</summary>
    public const int Limit = 65_536;

    private readonly Dictionary<IPAddressValue, string> _names = [];

    private HostsFile(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out IPAddress? address))
            {
                continue;
            }

            // Addresses that block a name stand for no host.
            IPAddressValue value = IPAddressValue.From(address);
            if (!value.IsUnspecified && (_names.Count < Limit || _names.ContainsKey(value)))
            {
                _names.TryAdd(value, words[1]);
            }
        }
    }

    /// <summary>A file without names.</summary>
    public static HostsFile Empty { get; } = new([]);

    /// <summary>Where the system keeps it.</summary>
    public static string SystemPath => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts")
        : "/etc/hosts";

    /// <summary>Reads the lines of one.</summary>
    public static HostsFile Parse(IEnumerable<string> lines) => new(lines);

    /// <summary>Reads the system's; without one there are no names.</summary>
    public static HostsFile Read()
    {
        try
        {
            return new HostsFile(File.ReadLines(SystemPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Empty;
        }
    }

    /// <summary>The first name of an address, or null.</summary>
    public string? Find(IPAddressValue address) => _names.GetValueOrDefault(address);
}
