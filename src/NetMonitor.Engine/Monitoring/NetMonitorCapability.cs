using NetMonitor.Attribution;
using NetMonitor.Attribution.Linux;
using NetMonitor.Attribution.Names;
using NetMonitor.Attribution.Places;
using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>Something a monitor can do on a machine or not, why not, and the command that changes it.</summary>
public sealed record NetMonitorCapability
{
    /// <summary>Its name ("LiveCapture", "Ebpf", …).</summary>
    public required string Name { get; init; }

    /// <summary>True when it works for this user, now.</summary>
    public required bool IsAvailable { get; init; }

    /// <summary>How it works, or what is in the way.</summary>
    public required string Detail { get; init; }

    /// <summary>The command that makes it available, or null when there is none or it is not needed.</summary>
    public string? Command { get; init; }

    /// <summary>What it is good for.</summary>
    public required string Purpose { get; init; }
}

/// <summary>What a probe found.</summary>
/// <param name="IsAvailable">It works.</param>
/// <param name="Detail">How, or what is in the way.</param>
/// <param name="Command">What makes it available.</param>
internal readonly record struct CapabilityFinding(bool IsAvailable, string Detail, string? Command = null);

/// <summary>A row of <see cref="CapabilityTable"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">What it is good for.</param>
/// <param name="Probe">Tries it. May take some tenths of a second; must not throw.</param>
internal sealed record CapabilityRow(string Name, string Purpose, Func<CapabilityFinding> Probe);

/// <summary>Every ability that depends on the machine. docs/Get-NetMonitorCapability.md shows the same rows.</summary>
public static class CapabilityTable
{
    private const string CaptureCapabilities = "cap_net_raw,cap_net_admin";
    private const string WatchCapabilities = CaptureCapabilities + ",cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search";

    internal static readonly IReadOnlyList<CapabilityRow> Rows =
    [
        new("LiveCapture", "packets of this machine's interfaces", LiveCapture),
        new("Dumpcap", "packets without privileges of one's own, through Wireshark's dumpcap", Dumpcap),
        new("SocketTable", "existing connections, their processes and the kernel's numbers", Sockets),
        new("Ebpf", "processes of connections that are too short to be looked up", Ebpf),
        new("OtherUsersProcesses", "processes of other users' connections", OtherUsers),
        new("Places", "country, city and network of remote addresses", Places),
        new("ReverseNames", "names of addresses that nothing else names, with -ResolveNames", ReverseDns),
    ];

    /// <summary>Tries them, in the order of the table.</summary>
    /// <param name="wanted">Which ones, by name; null for all.</param>
    public static IEnumerable<NetMonitorCapability> Probe(Func<string, bool>? wanted = null) => Rows.Where(row => wanted?.Invoke(row.Name) != false).Select(row =>
    {
        CapabilityFinding finding = row.Probe();
        return new NetMonitorCapability
        {
            Name = row.Name,
            Purpose = row.Purpose,
            IsAvailable = finding.IsAvailable,
            Detail = finding.Detail,
            Command = finding.IsAvailable ? null : finding.Command,
        };
    });

    /// <summary>The names, without trying anything.</summary>
    public static IReadOnlyList<string> Names => [.. Rows.Select(row => row.Name)];

    /// <summary>The command that installs a package with the package manager this system has.</summary>
    internal static string? Install(string apt, string dnf, string pacman, string apk) =>
        File.Exists("/usr/bin/apt-get") ? $"sudo apt-get install -y {apt}"
        : File.Exists("/usr/bin/dnf") ? $"sudo dnf install -y {dnf}"
        : File.Exists("/usr/bin/pacman") ? $"sudo pacman -S --noconfirm {pacman}"
        : File.Exists("/sbin/apk") ? $"sudo apk add {apk}"
        : null;

    private static string AnyInterface() =>
        CaptureDevices.List().FirstOrDefault(device => device.IsUp) is { } device ? device.Name : OperatingSystem.IsLinux() ? "lo" : "lo0";

    private static CapabilityFinding LiveCapture()
    {
        try
        {
            string name = AnyInterface();
            using LiveSource source = LiveSource.Open(name, bufferBytes: 1 << 20);
            return new(true, $"with libpcap, tried on '{name}'");
        }
        catch (CaptureException e)
        {
            string? command = e.Error switch
            {
                CaptureError.CaptureLibraryMissing => Install("libpcap0.8", "libpcap", "libpcap", "libpcap"),
                CaptureError.InsufficientPrivilege when OperatingSystem.IsLinux() => SetCapabilities(CaptureCapabilities),
                _ => e.RecommendedAction,
            };
            return new(false, e.Message, command ?? e.RecommendedAction);
        }
    }

    private static CapabilityFinding Dumpcap()
    {
        if (DumpcapSource.WhyNot(AnyInterface()) is not { } reason)
        {
            return new(true, $"with {DumpcapSource.Path}");
        }

        string? command = DumpcapSource.Path is null ? Install("wireshark-common", "wireshark-cli", "wireshark-cli", "wireshark-common")
            : !OperatingSystem.IsLinux() ? null
            : $"sudo groupadd -rf wireshark && sudo chgrp wireshark {DumpcapSource.Path} && sudo chmod 750 {DumpcapSource.Path}"
                + $" && sudo setcap {CaptureCapabilities}+eip {DumpcapSource.Path} && sudo usermod -aG wireshark {Environment.UserName}";
        return new(false, reason, command);
    }

    private static CapabilityFinding Sockets()
    {
        using ISocketTable? table = AttributionSystem.OpenSockets(commandLines: false);
        return table is not null ? new(true, $"with {table.Name}")
            : new(false, OperatingSystem.IsLinux() ? "This kernel or a sandbox does not offer sock_diag." : "NetMonitor knows no socket list of this system.",
                OperatingSystem.IsLinux() ? "sudo modprobe -a inet_diag tcp_diag udp_diag raw_diag" : null);
    }

    private static CapabilityFinding Ebpf()
    {
        using IConnectionWatch? watch = AttributionSystem.OpenWatch(commandLines: false, out string? whyNot);
        if (watch is not null)
        {
            return new(true, $"with {watch.Method}");
        }

        string? command = !OperatingSystem.IsLinux() || !EbpfWatch.IsBuilt ? null
            : !LibBpf.IsInstalled ? Install("libbpf1", "libbpf", "libbpf", "libbpf")
            : !EbpfWatch.IsPermitted ? SetCapabilities(WatchCapabilities)
            : null;
        return new(false, whyNot!, command);
    }

    private static CapabilityFinding OtherUsers()
    {
        if (OperatingSystem.IsLinux())
        {
            bool sees = LinuxNative.CanList("/proc/1/fd");
            return sees ? new(true, "their descriptors in /proc can be read")
                : new(false, "The kernel shows a process's descriptors to its user only.", SetCapabilities("cap_sys_ptrace,cap_dac_read_search"));
        }

        return Environment.IsPrivilegedProcess ? new(true, "this process is privileged")
            : new(false, "The system shows a process to its user only.", OperatingSystem.IsWindows() ? "Start-Process pwsh -Verb RunAs" : "sudo pwsh");
    }

    private static CapabilityFinding Places()
    {
        try
        {
            IReadOnlyList<string> databases = PlaceDatabases.Usable(PlaceDatabases.Directories());
            return new(true, databases.Count > 0 ? $"with {string.Join(", ", databases)}, then the tables of the module"
                : $"with the tables of the module: countries and networks, no cities. No usable .mmdb in {string.Join(", ", PlaceDatabases.Directories())}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(false, e.Message, "Start-NetMonitor -GeoDatabase <file.mmdb>");
        }
    }

    private static CapabilityFinding ReverseDns()
    {
        IReadOnlyList<INameServer> servers = UdpNameServer.OfSystem();
        try
        {
            return servers.Count > 0
                ? new(true, $"by the name servers {string.Join(", ", servers.Select(server => server.Flow.Server))}, asked only with Start-NetMonitor -ResolveNames")
                : new(false, OperatingSystem.IsWindows() ? "No interface has a name server." : "/etc/resolv.conf names no name server that can be reached.");
        }
        finally
        {
            foreach (INameServer server in servers)
            {
                server.Dispose();
            }
        }
    }

    private static string SetCapabilities(string capabilities) => $"sudo setcap {capabilities}+eip '{Environment.ProcessPath}'";
}
