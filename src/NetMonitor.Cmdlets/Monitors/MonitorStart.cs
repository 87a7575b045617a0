using System.Management.Automation;
using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>What the cmdlets that start a monitor do alike: expand interface names, find a default name, start.</summary>
internal static class MonitorStart
{
    private const string AllInterfaces = "any"; // libpcap's pseudo-device: never meant by a wildcard, or each packet would count twice

    private static volatile TimeoutPolicy s_policy = TimeoutPolicy.Default;

    /// <summary>The policy of monitors that start without one of their own. Set-NetMonitorPolicy changes it for the process.</summary>
    public static TimeoutPolicy Policy
    {
        get => s_policy;
        set => s_policy = value;
    }

    /// <summary>The interfaces that names and wildcards mean, each once. A plain name passes as it is: the engine says what is wrong with it.</summary>
    /// <exception cref="CaptureException">No interface matches a wildcard.</exception>
    public static IReadOnlyList<string> Expand(string[]? names)
    {
        var expanded = new List<string>();
        foreach (string name in names ?? [])
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name))
            {
                Add(expanded, name);
                continue;
            }

            IReadOnlyList<NetInterface> devices = CaptureDevices.List();
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            int before = expanded.Count;
            foreach (NetInterface device in devices.Where(device => device.Name != AllInterfaces && pattern.IsMatch(device.Name)))
            {
                Add(expanded, device.Name);
            }

            if (expanded.Count == before)
            {
                throw new CaptureException(
                    CaptureError.CaptureDeviceNotFound,
                    $"No interface matches '{name}'.",
                    $"The interfaces are: {string.Join(", ", devices.Select(device => device.Name))}.");
            }
        }

        return expanded;
    }

    /// <summary>Starts what the options say and lists it, under the name the user gave or the source's.</summary>
    public static NetMonitorSession Start(SessionOptions options, string? name = null) =>
        MonitorRegistry.Start(options, name, name ?? DefaultName(options));

    private static string DefaultName(SessionOptions options) => options switch
    {
        { Path: CapturePaths.StandardInput } => "stdin",
        { Path: { } path } => Path.GetFileName(path),
        { Interfaces.Count: > 0 } => string.Join('+', options.Interfaces),
        _ => CaptureDevices.List().FirstOrDefault(device => device.IsDefault)?.Name ?? "default",
    };

    private static void Add(List<string> names, string name)
    {
        if (!names.Contains(name))
        {
            names.Add(name);
        }
    }
}
