using System.Runtime.InteropServices;

namespace NetMonitor.Capture;

/// <summary>
/// The few functions of libpcap (Npcap on Windows) that SharpPcap does not offer, or offers at the price of an object per packet. Bound by pointers instead
/// of <c>DllImport</c>, so that the assembly's one import resolver stays free and a missing library is an answer, not an exception.
/// </summary>
/// <remarks>Signatures: the pcap(3PCAP) manual pages.</remarks>
internal sealed unsafe class PcapLibrary
{
    /// <summary>pcap_dispatch: the loop was ended by pcap_breakloop.</summary>
    public const int Break = -2;

    public const int ErrorBufferSize = 256;             // PCAP_ERRBUF_SIZE

    public const int LongestHeader = 24;                // bytes of a struct pcap_pkthdr

    // struct pcap_pkthdr: a timeval, then two 32-bit lengths. The timeval's members are longs, which Windows keeps at 32 bits.
    private static readonly int TimeMemberSize = OperatingSystem.IsWindows() ? sizeof(int) : sizeof(nint);

    private static readonly Lazy<PcapLibrary?> Instance = new(Load);

    private PcapLibrary(nint library)
    {
        Dispatch = (delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<nint, byte*, byte*, void>, nint, int>)NativeLibrary.GetExport(library, "pcap_dispatch");
        BreakLoop = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "pcap_breakloop");
        SetNonBlock = (delegate* unmanaged[Cdecl]<nint, int, byte*, int>)NativeLibrary.GetExport(library, "pcap_setnonblock");
        Statistics = (delegate* unmanaged[Cdecl]<nint, PcapStatistics*, int>)NativeLibrary.GetExport(library, "pcap_stats");
        DataLink = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "pcap_datalink");
        SnapShot = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "pcap_snapshot");
        GetError = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(library, "pcap_geterr");
        FindAllDevices = (delegate* unmanaged[Cdecl]<PcapDevice**, byte*, int>)NativeLibrary.GetExport(library, "pcap_findalldevs");
        FreeAllDevices = (delegate* unmanaged[Cdecl]<PcapDevice*, void>)NativeLibrary.GetExport(library, "pcap_freealldevs");
        OpenDead = (delegate* unmanaged[Cdecl]<int, int, nint>)NativeLibrary.GetExport(library, "pcap_open_dead");
        Close = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "pcap_close");
        Compile = (delegate* unmanaged[Cdecl]<nint, BpfCode*, byte*, int, uint, int>)NativeLibrary.GetExport(library, "pcap_compile");
        FreeCode = (delegate* unmanaged[Cdecl]<BpfCode*, void>)NativeLibrary.GetExport(library, "pcap_freecode");
        OfflineFilter = (delegate* unmanaged[Cdecl]<BpfCode*, byte*, byte*, int>)NativeLibrary.GetExport(library, "pcap_offline_filter");
        if (NativeLibrary.TryGetExport(library, "pcap_get_selectable_fd", out nint selectable))
        {
            SelectableDescriptor = (delegate* unmanaged[Cdecl]<nint, int>)selectable;      // not on Windows
        }

        if (NativeLibrary.TryGetExport(library, "pcap_get_tstamp_precision", out nint precision))
        {
            TimestampPrecision = (delegate* unmanaged[Cdecl]<nint, int>)precision;         // since 1.5
        }
    }

    /// <summary>The library, or null when it is not installed.</summary>
    public static PcapLibrary? Current => Instance.Value;

    public delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<nint, byte*, byte*, void>, nint, int> Dispatch { get; }

    public delegate* unmanaged[Cdecl]<nint, void> BreakLoop { get; }

    public delegate* unmanaged[Cdecl]<nint, int, byte*, int> SetNonBlock { get; }

    public delegate* unmanaged[Cdecl]<nint, PcapStatistics*, int> Statistics { get; }

    public delegate* unmanaged[Cdecl]<nint, int> DataLink { get; }

    public delegate* unmanaged[Cdecl]<nint, int> SnapShot { get; }

    public delegate* unmanaged[Cdecl]<nint, byte*> GetError { get; }

    public delegate* unmanaged[Cdecl]<PcapDevice**, byte*, int> FindAllDevices { get; }

    public delegate* unmanaged[Cdecl]<PcapDevice*, void> FreeAllDevices { get; }

    public delegate* unmanaged[Cdecl]<nint, int> SelectableDescriptor { get; }

    public delegate* unmanaged[Cdecl]<nint, int> TimestampPrecision { get; }

    public delegate* unmanaged[Cdecl]<int, int, nint> OpenDead { get; }

    public delegate* unmanaged[Cdecl]<nint, void> Close { get; }

    public delegate* unmanaged[Cdecl]<nint, BpfCode*, byte*, int, uint, int> Compile { get; }

    public delegate* unmanaged[Cdecl]<BpfCode*, void> FreeCode { get; }

    public delegate* unmanaged[Cdecl]<BpfCode*, byte*, byte*, int> OfflineFilter { get; }

    /// <summary>Writes a struct pcap_pkthdr whose time is 1970: filters ask for lengths only.</summary>
    /// <param name="header">Room for <see cref="LongestHeader"/> bytes, zero.</param>
    /// <param name="captured">Bytes captured.</param>
    /// <param name="wire">Bytes on the wire.</param>
    public static void WriteHeader(byte* header, uint captured, uint wire)
    {
        *(uint*)(header + (2 * TimeMemberSize)) = captured;
        *(uint*)(header + (2 * TimeMemberSize) + sizeof(uint)) = wire;
    }

    /// <summary>Reads a struct pcap_pkthdr.</summary>
    public static void ReadHeader(byte* header, out long seconds, out long fraction, out uint captured, out uint wire)
    {
        if (TimeMemberSize == sizeof(long))
        {
            seconds = *(long*)header;
            // macOS has a 32-bit fraction and padding after it; a fraction never needs more than its low half.
            fraction = BitConverter.IsLittleEndian ? *(uint*)(header + sizeof(long)) : *(long*)(header + sizeof(long));
        }
        else
        {
            seconds = *(uint*)header;
            fraction = *(uint*)(header + sizeof(int));
        }

        captured = *(uint*)(header + (2 * TimeMemberSize));
        wire = *(uint*)(header + (2 * TimeMemberSize) + sizeof(uint));
    }

    /// <summary>libpcap's words for what went wrong last on a handle.</summary>
    public string LastError(nint handle) => Marshal.PtrToStringUTF8((nint)GetError(handle)) ?? "";

    /// <summary>The names and descriptions of what can be captured on, in libpcap's order; empty when it cannot tell.</summary>
    public List<(string Name, string? Description, uint Flags)> FindDevices()
    {
        List<(string, string?, uint)> devices = [];
        byte* error = stackalloc byte[ErrorBufferSize];
        PcapDevice* first = null;
        if (FindAllDevices(&first, error) == 0)
        {
            for (PcapDevice* device = first; device is not null; device = device->Next)
            {
                devices.Add((Marshal.PtrToStringUTF8((nint)device->Name)!, Marshal.PtrToStringUTF8((nint)device->Description), device->Flags));
            }

            FreeAllDevices(first);
        }

        return devices;
    }

    private static PcapLibrary? Load()
    {
        // The names SharpPcap tries, so that both use one copy. Distributions ship libpcap.so only with their development package.
        string[] names = OperatingSystem.IsWindows() ? [Path.Combine(Environment.SystemDirectory, "Npcap", "wpcap.dll"), "wpcap.dll"]
            : OperatingSystem.IsMacOS() ? ["libpcap.dylib", "libpcap.A.dylib"]
            : ["libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new PcapLibrary(library);
            }
        }

        return null;
    }
}

/// <summary>struct bpf_program.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfCode
{
    public uint Length;
    public void* Instructions;
}

/// <summary>struct pcap_if.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PcapDevice
{
    public PcapDevice* Next;
    public byte* Name;
    public byte* Description;
    public void* Addresses;
    public uint Flags;
}

/// <summary>struct pcap_stat. On Windows a capture count follows, which is not asked for.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PcapStatistics
{
    public uint Received;
    public uint Dropped;
    public uint InterfaceDropped;
    private uint _windows;
}
