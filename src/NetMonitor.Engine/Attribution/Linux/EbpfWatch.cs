using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetMonitor.Flows;

namespace NetMonitor.Attribution.Linux;

/// <summary>Linux: programs in the kernel that see connections with their process. Loads the first set of them that this kernel accepts.</summary>
internal sealed unsafe class EbpfWatch : IConnectionWatch
{
    private const string Resource = "connections.bpf.o";
    private const int DrainInterval = 20;               // milliseconds
    private const int RestDrainInterval = 100; // milliseconds; the ring holds what 100,000 connections per second would fill it with until then

    /// <summary>The sets in the order they are tried; each is all programs whose section begins like this.</summary>
    private static readonly (string Name, string[] Sections)[] Sets =
    [
        ("eBPF (fentry)", ["fentry/", "fexit/"]),
        ("eBPF (tracepoints)", ["tp_btf/inet_sock_set_state", "tp_btf/sock_send_length", "tp_btf/sock_recv_length", "sockops"]),
        ("eBPF (kprobe)", ["kprobe/", "kretprobe/"]),
    ];

    private const string Always = "tp_btf/sched_process_exec";

    private readonly nint _object;
    private readonly List<nint> _links;
    private readonly nint _ring;
    private readonly int _lostMap;
    private readonly GCHandle _self;
    private readonly SeenConnections _seen;
    private bool _disposed;

    private EbpfWatch(nint bpfObject, List<nint> links, string method, LinuxProcessTable processes)
    {
        _object = bpfObject;
        _links = links;
        Method = method;
        _seen = new SeenConnections(processes, OwnNamespace());
        _lostMap = LibBpf.MapDescriptor(LibBpf.FindMap(bpfObject, "lost"));
        _self = GCHandle.Alloc(_seen);
        _ring = LibBpf.NewRing(LibBpf.MapDescriptor(LibBpf.FindMap(bpfObject, "events")), &OnEvent, GCHandle.ToIntPtr(_self), 0);
    }

    public string Method { get; }

    /// <summary>True when the build had what it takes to compile the programs.</summary>
    public static bool IsBuilt => typeof(EbpfWatch).Assembly.GetManifestResourceInfo(Resource) is not null;

    /// <summary>True when this process has the capabilities that loading takes.</summary>
    public static bool IsPermitted => LinuxCapabilities.Has(LinuxCapabilities.SystemAdmin)
        || (LinuxCapabilities.Has(LinuxCapabilities.Bpf) && LinuxCapabilities.Has(LinuxCapabilities.PerfMon));

    public int Interval => DrainInterval;

    public long Lost
    {
        get
        {
            uint key = 0;
            ulong count = 0;
            return LibBpf.Lookup(_lostMap, &key, &count) == 0 ? (long)count : 0;
        }
    }

    /// <summary>Loads and attaches.</summary>
    /// <param name="processes">Tells what /proc knows of the processes seen.</param>
    /// <param name="whyNot">What is in the way when null is returned.</param>
    public static EbpfWatch? TryOpen(LinuxProcessTable processes, out string? whyNot)
    {
        whyNot = WhyNot();
        if (whyNot is not null)
        {
            return null;
        }

        LibBpf.Silence();
        var reasons = new List<string>();
        foreach ((string name, string[] sections) in Sets)
        {
            if (TryLoad(sections, out nint bpfObject, out List<nint> links, out string? reason))
            {
                return new EbpfWatch(bpfObject, links, name, processes);
            }

            reasons.Add($"{name}: {reason}");
        }

        whyNot = $"This kernel accepts none of the programs. {string.Join("; ", reasons)}.";
        return null;
    }

    public int RestInterval => RestDrainInterval;

    public bool Drain() => !_disposed && _ring != 0 && LibBpf.Consume(_ring) > 0;

    public ProcessFacts? Find(in FlowKey key, int localSide, out AttributionQuality quality) => _seen.Find(key, localSide, out quality);

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_ring != 0)
        {
            LibBpf.FreeRing(_ring);
        }

        _links.ForEach(link => LibBpf.Detach(link));
        LibBpf.Close(_object);
        _self.Free();
    }

    /// <summary>What can be told without loading anything: cheaper, and clearer than errno.</summary>
    private static string? WhyNot()
    {
        if (!IsBuilt)
        {
            return "This build has no eBPF program: there was no clang, or no libbpf headers, where it was built.";
        }

        if (!LibBpf.IsInstalled)
        {
            return "libbpf 1.x (libbpf.so.1) is not installed.";
        }

        if (!File.Exists("/sys/kernel/btf/vmlinux"))
        {
            return "This kernel has no type information (/sys/kernel/btf/vmlinux, CONFIG_DEBUG_INFO_BTF).";
        }

        return IsPermitted ? null : "This user may not load programs into the kernel (CAP_BPF and CAP_PERFMON).";
    }

    private static bool TryLoad(string[] sections, out nint bpfObject, out List<nint> links, out string? reason)
    {
        links = [];
        bpfObject = OpenObject();
        if (bpfObject == 0)
        {
            reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            return false;
        }

        var wanted = new List<nint>();
        for (nint program = LibBpf.NextProgram(bpfObject, 0); program != 0; program = LibBpf.NextProgram(bpfObject, program))
        {
            string section = LibBpf.SectionOf(program);
            bool isWanted = section == Always || Array.Exists(sections, start => section.StartsWith(start, StringComparison.Ordinal));
            _ = LibBpf.SetAutoload(program, isWanted);
            if (isWanted)
            {
                wanted.Add(program);
            }
        }

        int result = LibBpf.Load(bpfObject);
        reason = result == 0 ? AttachAll(wanted, links) : Marshal.GetPInvokeErrorMessage(-result);
        if (reason is not null)
        {
            links.ForEach(link => LibBpf.Detach(link));
            LibBpf.Close(bpfObject);
            return false;
        }

        return true;
    }

    private static nint OpenObject()
    {
        using Stream stream = typeof(EbpfWatch).Assembly.GetManifestResourceStream(Resource)!;
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        fixed (byte* start = image)
        {
            return LibBpf.Open(start, (nuint)image.Length, 0); // It copies the bytes.
        }
    }

    /// <summary>Null when all are attached, else the reason.</summary>
    private static string? AttachAll(List<nint> programs, List<nint> links)
    {
        foreach (nint program in programs)
        {
            bool isCgroup = LibBpf.SectionOf(program) == "sockops";
            nint link = isCgroup ? AttachToRootCgroup(program) : LibBpf.Attach(program);
            if (link == 0)
            {
                return $"{LibBpf.SectionOf(program)}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
            }

            links.Add(link);
        }

        return null;
    }

    /// <summary>The second version's hierarchy: at the usual place, or beside the first version's.</summary>
    private static nint AttachToRootCgroup(nint program)
    {
        string path = Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
        int cgroup = LinuxNative.Open(path, LinuxNative.OpenDirectory);
        nint link = LibBpf.AttachCgroup(program, cgroup);
        if (cgroup >= 0)
        {
            LinuxNative.Close(cgroup);
        }

        return link;
    }

    /// <summary>"net:[4026531840]"</summary>
    private static uint? OwnNamespace()
    {
        string? target = new FileInfo("/proc/self/ns/net").LinkTarget;
        return target is ['n', 'e', 't', ':', '[', .. string number, ']'] && uint.TryParse(number, out uint inode) ? inode : null;
    }

    /// <summary>An exception may not pass through libbpf: an event that cannot be used is dropped.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnEvent(nint context, void* data, nuint size)
    {
        try
        {
            var seen = (SeenConnections)GCHandle.FromIntPtr(context).Target!;
            var bytes = new ReadOnlySpan<byte>(data, (int)size);
            if (EbpfExecution.TryParse(bytes, out EbpfExecution executed))
            {
                seen.Add(executed);
            }
            else if (EbpfEvent.TryParse(bytes, out EbpfEvent connection))
            {
                seen.Add(connection);
            }
        }
        catch (Exception)
        {
            // Counted nowhere: the flow stays without an owner, or sock_diag finds it.
        }

        return 0;
    }
}

/// <summary>The capabilities of this process (capabilities(7)).</summary>
internal static class LinuxCapabilities
{
    public const int NetAdmin = 12;
    public const int NetRaw = 13;
    public const int SystemPtrace = 19;
    public const int SystemAdmin = 21;
    public const int PerfMon = 38;
    public const int Bpf = 39;

    /// <summary>True when the process has it in effect.</summary>
    public static bool Has(int capability)
    {
        const string Field = "CapEff:\t";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && (Convert.ToUInt64(line[Field.Length..], 16) >> capability & 1) != 0;
    }
}
