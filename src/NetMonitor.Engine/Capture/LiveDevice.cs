using NetMonitor.Packets;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NetMonitor.Capture;

/// <summary>Finds and opens live devices through SharpPcap, and says in the engine's words what is in the way.</summary>
internal static class LiveDevice
{
    /// <summary>Milliseconds that the kernel may hold frames back to hand them over together.</summary>
    internal const int HoldBack = 20;

    // Filters mean different things on different links; one that compiles on none of these is wrong anywhere.
    private static readonly PacketDotNet.LinkLayers[] FilterLinks =
        [PacketDotNet.LinkLayers.Ethernet, PacketDotNet.LinkLayers.LinuxSll, PacketDotNet.LinkLayers.Raw, (PacketDotNet.LinkLayers)LinkType.Ieee80211Radiotap];

    /// <inheritdoc cref="LiveSource.Open"/>
    public static LiveSource Open(string interfaceName, string? filter, bool promiscuous, int snapLength, int bufferBytes)
    {
        if (PcapLibrary.Current is null)
        {
            throw LibraryMissing();
        }

        try
        {
            if (!string.IsNullOrWhiteSpace(filter))
            {
                CheckFilter(filter);
            }

            LibPcapLiveDevice device = Find(interfaceName);
            bool opened = false;
            try
            {
                Open(device, promiscuous, snapLength, bufferBytes);
                if (!string.IsNullOrWhiteSpace(filter))
                {
                    SetFilter(device, filter);
                }

                opened = true;
                return new LiveSource(device);
            }
            finally
            {
                if (!opened)
                {
                    device.Close();
                }
            }
        }
        catch (DllNotFoundException exception)
        {
            throw LibraryMissing(exception);
        }
    }

    private static LibPcapLiveDevice Find(string name)
    {
        IReadOnlyList<LibPcapLiveDevice> devices = LibPcapLiveDeviceList.New();
        return devices.FirstOrDefault(d => d.Name == name)
            ?? devices.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? devices.FirstOrDefault(d => name.Equals(d.Interface?.FriendlyName, StringComparison.OrdinalIgnoreCase))       // Windows: "Ethernet 2"
            ?? throw NotFound(name);
    }

    private static CaptureException NotFound(string name, Exception? inner = null)
    {
        string known = string.Join(", ", CaptureDevices.List().Select(i => i.Name));
        return new CaptureException(CaptureError.CaptureDeviceNotFound, $"There is no interface '{name}'. There are: {known}.", "Get-NetMonitorInterface lists them.", inner);
    }

    private static void Open(LibPcapLiveDevice device, bool promiscuous, int snapLength, int bufferBytes)
    {
        DeviceConfiguration configuration = new()
        {
            Mode = promiscuous ? DeviceModes.Promiscuous : DeviceModes.None,
            Snaplen = snapLength,
            BufferSize = bufferBytes,                   // KernelBufferSize is for Windows only and throws elsewhere
            ReadTimeout = HoldBack,
            TimestampResolution = TimestampResolution.Nanosecond,

            // Immediate mode makes libpcap use version 2 of Linux's packet ring, whose slots are as large as the largest packet: of 40,000 small packets on
            // loopback 32 MiB held 512. Version 3 packs packets: it held all, and hands them over after HoldBack at the latest. Other systems have no slots.
            Immediate = OperatingSystem.IsLinux() ? null : true,
        };

        try
        {
            try
            {
                device.Open(configuration);
            }
            catch (PcapException exception) when (exception.Error is PcapError.TimestampPrecisionNotSupported or PcapError.PlatformNotSupported)
            {
                configuration.TimestampResolution = null;
                device.Open(configuration);
            }
        }
        catch (PcapException exception)
        {
            throw exception.Error switch
            {
                PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied => NoPrivilege(device.Name, exception),
                PcapError.NoSuchDevice => NotFound(device.Name, exception),
                PcapError.InterfaceNotUp => new CaptureException(
                    CaptureError.CaptureStopped, $"The interface '{device.Name}' is not up.", OperatingSystem.IsLinux() ? $"ip link set {device.Name} up" : null, exception),
                _ => new CaptureException(CaptureError.CaptureStopped, $"'{device.Name}' cannot be captured on: {exception.Message}", inner: exception),
            };
        }
    }

    internal static void CheckFilter(string filter)
    {
        string? first = null;
        foreach (PacketDotNet.LinkLayers link in FilterLinks)
        {
            try
            {
                BpfProgram.Create(link, filter).Dispose();
                return;
            }
            catch (PcapException exception)
            {
                first ??= exception.Message;
            }
        }

        throw InvalidFilter(filter, first!);
    }

    private static void SetFilter(LibPcapLiveDevice device, string filter)
    {
        try
        {
            device.Filter = filter;
        }
        catch (PcapException exception)
        {
            throw InvalidFilter(filter, exception.Message, exception);
        }
    }

    internal static CaptureException InvalidFilter(string filter, string reason, Exception? inner = null) =>
        new(CaptureError.InvalidCaptureFilter, $"The capture filter '{filter}' does not compile: {reason}", "Its language is that of tcpdump: https://www.tcpdump.org/manpages/pcap-filter.7.html", inner);

    private static CaptureException NoPrivilege(string name, Exception inner) => new(
        CaptureError.InsufficientPrivilege,
        $"This user may not capture on '{name}'.",
        OperatingSystem.IsWindows() ? "Run PowerShell as administrator, or reinstall Npcap without its restriction to administrators."
        : OperatingSystem.IsMacOS() ? "Run it with sudo, or install Wireshark's ChmodBPF to open /dev/bpf* to your group."
        : $"Run it with sudo. Or give this program the capabilities, which everyone who may run it then has: sudo setcap cap_net_raw,cap_net_admin+eip '{Environment.ProcessPath}'."
            + $" Or let another program capture and read its pipe: dumpcap -i {name} -w - | … -Path -",
        inner);

    internal static CaptureException LibraryMissing(Exception? inner = null) => new(
        CaptureError.CaptureLibraryMissing,
        OperatingSystem.IsWindows() ? "Npcap is not installed." : "libpcap is not installed.",
        OperatingSystem.IsWindows() ? "Install Npcap from https://npcap.com."
        : OperatingSystem.IsMacOS() ? "libpcap is part of macOS: look for /usr/lib/libpcap.A.dylib."
        : "Install it. Debian, Ubuntu: apt install libpcap0.8 · Fedora, RHEL: dnf install libpcap · Arch: pacman -S libpcap · openSUSE: zypper install libpcap1 · Alpine: apk add libpcap",
        inner);
}
