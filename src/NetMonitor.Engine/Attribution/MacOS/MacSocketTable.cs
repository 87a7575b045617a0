using System.Runtime.InteropServices;

namespace NetMonitor.Attribution.MacOS;

/// <summary>macOS: sockets and processes from libproc, each process's descriptors in turn. Written against its headers; it has not run yet.</summary>
internal sealed unsafe partial class MacSocketTable : ISocketTable, IProcessTable
{
    private const string Library = "/usr/lib/libproc.dylib";
    private const int ListDescriptors = 1;              // PROC_PIDLISTFDS
    private const int BsdInfo = 3;                      // PROC_PIDTBSDINFO
    private const int SocketInfo = 3;                   // PROC_PIDFDSOCKETINFO
    private const int DescriptorSize = 8;               // struct proc_fdinfo: descriptor, type
    private const uint SocketType = 2;                  // PROX_FDTYPE_SOCKET
    private const int PathSize = 4096;                  // PROC_PIDPATHINFO_MAXSIZE

    private readonly Dictionary<int, ProcessFacts> _known = [];
    private int[] _processes = new int[4096];
    private byte[] _descriptors = new byte[64 << 10];

    public string Name => "libproc";

    public void Read(List<KernelSocket> sockets)
    {
        sockets.Clear();
        foreach (int processId in ProcessIds())
        {
            ReadProcess(processId, sockets);
        }
    }

    /// <summary>Every socket comes with its process.</summary>
    public void Resolve(IReadOnlyCollection<ulong> numbers)
    {
    }

    public ProcessFacts? OwnerOf(in KernelSocket socket) => Find(socket.ProcessId);

    public ProcessFacts? Find(int processId)
    {
        if (!TryReadInfo(processId, out MacProcessInfo info))
        {
            _known.Remove(processId);
            return null;
        }

        if (_known.TryGetValue(processId, out ProcessFacts? known) && known.StartTime == info.StartTime)
        {
            return known;
        }

        if (_known.Count >= 4096)
        {
            _known.Clear();
        }

        byte* buffer = stackalloc byte[PathSize];
        string? path = proc_pidpath(processId, buffer, PathSize) > 0 ? Marshal.PtrToStringUTF8((nint)buffer) : null;
        var users = new Linux.UserNames();
        return _known[processId] = new ProcessFacts
        {
            Id = processId,
            Name = path is null ? info.Name : Path.GetFileName(path),
            Path = path,
            StartTime = info.StartTime,
            UserName = users.User(info.User),
            GroupName = users.Group(info.Group),
            Parents = ParentsFrom(info.Parent),
        };
    }

    public void Dispose() => _known.Clear();

    private static List<ParentProcess> ParentsFrom(int id)
    {
        var parents = new List<ParentProcess>();
        while (id > 0 && parents.Count < ProcessFacts.MaxParents && TryReadInfo(id, out MacProcessInfo info))
        {
            parents.Add(new ParentProcess(id, info.Name));
            id = info.Parent;
        }

        return parents;
    }

    private static bool TryReadInfo(int processId, out MacProcessInfo info)
    {
        byte* buffer = stackalloc byte[MacProcessInfo.Size];
        info = default;
        return proc_pidinfo(processId, BsdInfo, 0, buffer, MacProcessInfo.Size) == MacProcessInfo.Size
            && MacProcessInfo.TryParse(new ReadOnlySpan<byte>(buffer, MacProcessInfo.Size), out info);
    }

    private ReadOnlySpan<int> ProcessIds()
    {
        while (true)
        {
            fixed (int* ids = _processes)
            {
                int count = proc_listallpids(ids, _processes.Length * sizeof(int));
                if (count < _processes.Length)
                {
                    return _processes.AsSpan(0, Math.Max(0, count));
                }
            }

            _processes = new int[_processes.Length * 2];
        }
    }

    /// <summary>Another user's process has no descriptors to show.</summary>
    private void ReadProcess(int processId, List<KernelSocket> sockets)
    {
        byte* info = stackalloc byte[MacSocketInfo.Size];
        fixed (byte* descriptors = _descriptors)
        {
            int length = proc_pidinfo(processId, ListDescriptors, 0, descriptors, _descriptors.Length);
            for (int at = 0; at + DescriptorSize <= length; at += DescriptorSize)
            {
                if (*(uint*)(descriptors + at + 4) == SocketType
                    && proc_pidfdinfo(processId, *(int*)(descriptors + at), SocketInfo, info, MacSocketInfo.Size) == MacSocketInfo.Size
                    && MacSocketInfo.TryParse(new ReadOnlySpan<byte>(info, MacSocketInfo.Size), processId, out KernelSocket socket))
                {
                    sockets.Add(socket);
                }
            }

            if (length == _descriptors.Length)
            {
                _descriptors = new byte[length * 2]; // It was full: the next pass reads the rest.
            }
        }
    }

#pragma warning disable SYSLIB1054, IDE1006 // The names are libproc's.
    [LibraryImport(Library)]
    private static partial int proc_listallpids(int* buffer, int size);

    [LibraryImport(Library)]
    private static partial int proc_pidinfo(int processId, int flavor, ulong argument, byte* buffer, int size);

    [LibraryImport(Library)]
    private static partial int proc_pidfdinfo(int processId, int descriptor, int flavor, byte* buffer, int size);

    [LibraryImport(Library)]
    private static partial int proc_pidpath(int processId, byte* buffer, uint size);
#pragma warning restore SYSLIB1054, IDE1006
}
