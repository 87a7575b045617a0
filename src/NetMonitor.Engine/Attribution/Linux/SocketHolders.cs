using System.Runtime.InteropServices;

namespace NetMonitor.Attribution.Linux;

/// <summary>
/// Which process holds a socket: found in /proc/*/fd, remembered by inode, and looked for only when a new one appears. Youngest processes come first,
/// for new sockets are mostly theirs, and a scan ends when all are found. A socket that parents hold too was inherited: when they run the same
/// program it is the eldest's, else it is ambiguous and stays without an owner.
/// </summary>
internal sealed unsafe class SocketHolders(IProcessTable processes)
{
    private const int BufferSize = 32 << 10;
    private const int LinkSize = 64;
    private const int RecordLengthAt = 16;              // struct linux_dirent64
    private const int NameAt = 19;
    private const int Ambiguous = 0;
    private const int Retries = 3;                      // scans a socket is looked for before it counts as another user's

    private readonly Dictionary<ulong, int> _holders = [];
    private readonly Dictionary<ulong, int> _missed = [];

    /// <summary>The process of a socket; false while it is not known.</summary>
    public bool TryGet(ulong inode, out int processId) => _holders.TryGetValue(inode, out processId) && processId != Ambiguous;

    /// <summary>Forgets sockets that are gone.</summary>
    public void Keep(List<KernelSocket> sockets)
    {
        if (_holders.Count == 0 && _missed.Count == 0)
        {
            return;
        }

        var alive = new HashSet<ulong>(sockets.Count);
        foreach (KernelSocket socket in sockets)
        {
            alive.Add(socket.Number);
        }

        foreach (ulong inode in _holders.Keys)
        {
            if (!alive.Contains(inode))
            {
                _holders.Remove(inode);
            }
        }

        foreach (ulong inode in _missed.Keys)
        {
            if (!alive.Contains(inode))
            {
                _missed.Remove(inode);
            }
        }
    }

    /// <summary>Looks for the holders of sockets that are not known yet, or whose holder is gone.</summary>
    public void Resolve(IReadOnlyCollection<ulong> inodes)
    {
        var wanted = new HashSet<ulong>();
        foreach (ulong inode in inodes)
        {
            bool known = _holders.TryGetValue(inode, out int holder) && (holder == Ambiguous || processes.Find(holder) is not null);
            if (inode != 0 && !known && _missed.GetValueOrDefault(inode) < Retries)
            {
                wanted.Add(inode);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var found = new Dictionary<ulong, int>();
        foreach (int processId in ProcessIds())
        {
            Scan(processId, inode => wanted.Remove(inode) && found.TryAdd(inode, processId));
            if (wanted.Count == 0)
            {
                break;
            }
        }

        foreach (ulong inode in wanted)
        {
            _missed[inode] = _missed.GetValueOrDefault(inode) + 1;
        }

        Inherit(found);
        foreach ((ulong inode, int holder) in found)
        {
            _holders[inode] = holder;
        }
    }

    /// <summary>Goes up the parents of each holder for as long as they hold the socket as well.</summary>
    private void Inherit(Dictionary<ulong, int> found)
    {
        foreach (IGrouping<int, KeyValuePair<ulong, int>> group in found.GroupBy(pair => pair.Value).ToList())
        {
            ProcessFacts? youngest = processes.Find(group.Key);
            var rest = group.Select(pair => pair.Key).ToHashSet();
            foreach (ParentProcess parent in youngest?.Parents ?? [])
            {
                var shared = new HashSet<ulong>();
                Scan(parent.ProcessId, inode =>
                {
                    if (rest.Contains(inode))
                    {
                        shared.Add(inode);
                    }

                    return false;
                });
                bool sameProgram = shared.Count > 0 && youngest!.Path is { } path && processes.Find(parent.ProcessId)?.Path == path;
                foreach (ulong inode in shared)
                {
                    found[inode] = sameProgram && found[inode] != Ambiguous ? parent.ProcessId : Ambiguous;
                }

                rest = shared;
                if (rest.Count == 0)
                {
                    break;
                }
            }
        }
    }

    private static List<int> ProcessIds()
    {
        var ids = new List<int>();
        int directory = LinuxNative.Open("/proc", LinuxNative.OpenDirectory);
        if (directory >= 0)
        {
            List(directory, name =>
            {
                if (*name is >= (byte)'1' and <= (byte)'9')
                {
                    ids.Add((int)Number(name));
                }
            });
            LinuxNative.Close(directory);
        }

        ids.Sort((x, y) => y.CompareTo(x));
        return ids;
    }

    /// <summary>Hands over the inode of each socket of a process. Another user's process has none to show.</summary>
    private static void Scan(int processId, Func<ulong, bool> take)
    {
        int directory = LinuxNative.Open($"/proc/{processId}/fd", LinuxNative.OpenDirectory);
        if (directory < 0)
        {
            return;
        }

        byte* link = stackalloc byte[LinkSize];
        List(directory, name =>
        {
            if (*name == '.')
            {
                return;
            }

            nint length = LinuxNative.ReadLinkAt(directory, name, link, LinkSize - 1);
            if (length > 0)
            {
                link[length] = 0;
                if (new ReadOnlySpan<byte>(link, (int)length).StartsWith("socket:["u8))
                {
                    take(Number(link + "socket:["u8.Length));
                }
            }
        });
        LinuxNative.Close(directory);
    }

    private static void List(int directory, NameReader read)
    {
        byte[] rented = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        fixed (byte* buffer = rented)
        {
            nint length;
            while ((length = LinuxNative.ReadDirectory(directory, buffer, BufferSize)) > 0)
            {
                for (byte* entry = buffer; entry < buffer + length; entry += *(ushort*)(entry + RecordLengthAt))
                {
                    read(entry + NameAt);
                }
            }
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    private static ulong Number(byte* text)
    {
        ulong number = 0;
        for (; *text is >= (byte)'0' and <= (byte)'9'; text++)
        {
            number = (number * 10) + (ulong)(*text - '0');
        }

        return number;
    }

    private delegate void NameReader(byte* name);
}
