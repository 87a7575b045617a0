using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetMonitor.Attribution.Windows;

/// <summary>Windows: sockets with process, creation time and service from the IP helper. Written against the documentation; it has not run yet.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsSocketTable : ISocketTable
{
    private const int IPv4 = 2;                         // AF_INET
    private const int IPv6 = 23;                        // AF_INET6
    private const int TcpOwnerModuleAll = 8;            // TCP_TABLE_OWNER_MODULE_ALL
    private const int UdpOwnerModule = 2;               // UDP_TABLE_OWNER_MODULE
    private const int InsufficientBuffer = 122;         // ERROR_INSUFFICIENT_BUFFER
    private const int Tries = 4;                        // the table may grow between asking for its size and for itself
    private const int ModuleInfoSize = 4096;

    private readonly WindowsProcessTable _processes = new();
    private readonly Dictionary<(int Process, ulong Tag), string?> _services = [];
    private byte[] _buffer = new byte[64 << 10];

    private delegate int TableReader(byte* table, ref uint size);

    public string Name => "IP helper";

    public void Read(List<KernelSocket> sockets)
    {
        sockets.Clear();
        if (Fetch((byte* table, ref uint size) => GetExtendedTcpTable(table, ref size, 0, IPv4, TcpOwnerModuleAll, 0)))
        {
            WindowsTables.ReadTcp4(_buffer, sockets);
            NameServices(sockets, 0, WindowsTables.Tcp4Row, &GetOwnerModuleFromTcpEntry);
        }

        int begun = sockets.Count;
        if (Fetch((byte* table, ref uint size) => GetExtendedTcpTable(table, ref size, 0, IPv6, TcpOwnerModuleAll, 0)))
        {
            WindowsTables.ReadTcp6(_buffer, sockets);
            NameServices(sockets, begun, WindowsTables.Tcp6Row, &GetOwnerModuleFromTcp6Entry);
        }

        if (Fetch((byte* table, ref uint size) => GetExtendedUdpTable(table, ref size, 0, IPv4, UdpOwnerModule, 0)))
        {
            WindowsTables.ReadUdp4(_buffer, sockets);
        }

        if (Fetch((byte* table, ref uint size) => GetExtendedUdpTable(table, ref size, 0, IPv6, UdpOwnerModule, 0)))
        {
            WindowsTables.ReadUdp6(_buffer, sockets);
        }
    }

    /// <summary>Every row has its process.</summary>
    public void Resolve(IReadOnlyCollection<ulong> numbers)
    {
    }

    public ProcessFacts? OwnerOf(in KernelSocket socket)
    {
        // A process that started after its socket was made is another one with the same id.
        ProcessFacts? owner = socket.ProcessId == 0 ? null : _processes.Find(socket.ProcessId);
        return owner is null || (owner.StartTime is { } started && socket.CreationTime is { } made && made < started) ? null
            : socket.Service is { } service ? owner with { Workload = new Workload(null, null, null, service, null, null) }
            : owner;
    }

    public void Dispose() => _services.Clear();

    private bool Fetch(TableReader read)
    {
        for (int i = 0; i < Tries; i++)
        {
            uint size = (uint)_buffer.Length;
            int result;
            fixed (byte* table = _buffer)
            {
                result = read(table, ref size);
            }

            if (result != InsufficientBuffer)
            {
                return result == 0;
            }

            _buffer = new byte[size + (16 << 10)];
        }

        return false;
    }

    /// <summary>The service inside a host process. The row is asked about once for each process and service tag.</summary>
    private void NameServices(List<KernelSocket> sockets, int first, int rowSize, delegate*<byte*, int, byte*, ref uint, int> ask)
    {
        byte* info = stackalloc byte[ModuleInfoSize];
        fixed (byte* table = _buffer)
        {
            for (int i = first; i < sockets.Count; i++)
            {
                KernelSocket socket = sockets[i];
                if (socket.Number == 0)
                {
                    continue; // No service tag.
                }

                if (!_services.TryGetValue((socket.ProcessId, socket.Number), out string? service))
                {
                    // TCPIP_OWNER_MODULE_BASIC_INFO: two pointers, name and path, into the same buffer.
                    uint size = ModuleInfoSize;
                    byte* row = table + WindowsTables.FirstRow + ((i - first) * rowSize);
                    service = ask(row, 0, info, ref size) == 0 ? Marshal.PtrToStringUni(*(nint*)info) : null;
                    if (_services.Count >= WindowsProcessTable.Remembered)
                    {
                        _services.Clear();
                    }

                    _services[(socket.ProcessId, socket.Number)] = service;
                }

                sockets[i] = socket with { Service = service };
            }
        }
    }

    [LibraryImport("iphlpapi.dll")]
    private static partial int GetExtendedTcpTable(byte* table, ref uint size, int order, int family, int tableClass, int reserved);

    [LibraryImport("iphlpapi.dll")]
    private static partial int GetExtendedUdpTable(byte* table, ref uint size, int order, int family, int tableClass, int reserved);

    [LibraryImport("iphlpapi.dll")]
    private static partial int GetOwnerModuleFromTcpEntry(byte* row, int infoClass, byte* info, ref uint size);

    [LibraryImport("iphlpapi.dll")]
    private static partial int GetOwnerModuleFromTcp6Entry(byte* row, int infoClass, byte* info, ref uint size);
}
