using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Linux;

/// <summary>Linux: sockets from netlink sock_diag, ping sockets from /proc/net/icmp, processes from the descriptors in /proc.</summary>
internal sealed unsafe class LinuxSocketTable : ISocketTable
{
    private const int Netlink = 16;                     // AF_NETLINK
    private const int RawCloseOnExec = 3 | 0x80000;     // SOCK_RAW | SOCK_CLOEXEC
    private const int SockDiagProtocol = 4;             // NETLINK_SOCK_DIAG
    private const int BufferSize = 256 << 10;

    private static readonly (byte Family, byte Protocol)[] Dumps =
    [
        (SockDiag.IPv4, (byte)TransportProtocol.TCP), (SockDiag.IPv6, (byte)TransportProtocol.TCP),
        (SockDiag.IPv4, (byte)TransportProtocol.UDP), (SockDiag.IPv6, (byte)TransportProtocol.UDP),
        (SockDiag.IPv4, SockDiag.Raw), (SockDiag.IPv6, SockDiag.Raw),
    ];

    private readonly ProcessesOfPass _processes;
    private readonly SocketHolders _holders;
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private int _socket;

    /// <summary>Opens the kernel's socket list.</summary>
    /// <param name="processes">Tells about the processes found.</param>
    /// <exception cref="PlatformNotSupportedException">The kernel has no sock_diag, or a sandbox forbids it.</exception>
    public LinuxSocketTable(IProcessTable processes)
    {
        _processes = new ProcessesOfPass(processes);
        _holders = new SocketHolders(_processes);
        _socket = LinuxNative.Socket(Netlink, RawCloseOnExec, SockDiagProtocol);
        if (_socket < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            NativeMemory.Free(_buffer);
            throw new PlatformNotSupportedException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    public string Name => "sock_diag";

    public void Read(List<KernelSocket> sockets)
    {
        ObjectDisposedException.ThrowIf(_socket < 0, this);
        sockets.Clear();
        _processes.Begin();
        foreach ((byte family, byte protocol) in Dumps)
        {
            Dump(family, protocol, sockets);
        }

        ProcNetIcmp.Read("/proc/net/icmp", TransportProtocol.ICMP, sockets);
        ProcNetIcmp.Read("/proc/net/icmp6", TransportProtocol.ICMPv6, sockets);
        _holders.Keep(sockets);
    }

    public void Resolve(IReadOnlyCollection<ulong> numbers) => _holders.Resolve(numbers);

    public ProcessFacts? OwnerOf(in KernelSocket socket) =>
        socket.Number != 0 && _holders.TryGet(socket.Number, out int processId) ? _processes.Find(processId) : null;

    public void Dispose()
    {
        if (_socket >= 0)
        {
            LinuxNative.Close(_socket);
            _socket = -1;
            NativeMemory.Free(_buffer);
        }
    }

    /// <summary>A family the kernel does not have (no IPv6, no raw_diag module) answers with an error: it has no sockets then.</summary>
    private void Dump(byte family, byte protocol, List<KernelSocket> sockets)
    {
        byte* request = stackalloc byte[SockDiag.RequestSize];
        SockDiag.WriteRequest(new Span<byte>(request, SockDiag.RequestSize), family, protocol);
        if (LinuxNative.Send(_socket, request, SockDiag.RequestSize, 0) < 0)
        {
            return;
        }

        while (true)
        {
            nint length = LinuxNative.Receive(_socket, _buffer, BufferSize, 0);
            if (length < 0 && Marshal.GetLastPInvokeError() == LinuxNative.Interrupted)
            {
                continue;
            }

            if (length <= 0)
            {
                return;
            }

            var messages = new ReadOnlySpan<byte>(_buffer, (int)length);
            while (SockDiag.TryNext(ref messages, out ushort type, out ReadOnlySpan<byte> body))
            {
                if (type is SockDiag.Done or SockDiag.Error)
                {
                    return;
                }

                if (SockDiag.TryParse(body, protocol, out KernelSocket socket))
                {
                    sockets.Add(socket);
                }
            }
        }
    }
}

/// <summary>Asks about each process once in a pass: thousands of sockets may be one's.</summary>
internal sealed class ProcessesOfPass(IProcessTable table) : IProcessTable
{
    private readonly Dictionary<int, ProcessFacts?> _asked = [];

    public void Begin() => _asked.Clear();

    public ProcessFacts? Find(int processId)
    {
        if (!_asked.TryGetValue(processId, out ProcessFacts? facts))
        {
            _asked[processId] = facts = table.Find(processId);
        }

        return facts;
    }
}

/// <summary>ping sockets (SOCK_DGRAM with IPPROTO_ICMP, icmp(7)), which sock_diag does not list. The "port" is the echo identifier.</summary>
internal static class ProcNetIcmp
{
    private const int LocalField = 1;
    private const int UserField = 7;
    private const int InodeField = 9;

    public static void Read(string path, TransportProtocol protocol, List<KernelSocket> sockets)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        Parse(text, protocol, sockets);
    }

    public static void Parse(string text, TransportProtocol protocol, List<KernelSocket> sockets)
    {
        Span<Range> fields = stackalloc Range[InodeField + 2];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> trimmed = line.Trim();
            if (trimmed.SplitAny(fields, [' '], StringSplitOptions.RemoveEmptyEntries) <= InodeField
                || !TryParseEnd(trimmed[fields[LocalField]], out IPAddressValue local, out ushort identifier)
                || !ulong.TryParse(trimmed[fields[InodeField]], out ulong inode))
            {
                continue; // The head, or nothing.
            }

            sockets.Add(new KernelSocket
            {
                Protocol = protocol,
                Local = local,
                LocalPort = identifier,
                Number = inode,
                UserId = uint.TryParse(trimmed[fields[UserField]], out uint user) ? user : null,
            });
        }
    }

    /// <summary>"0100007F:0007": each 32 bits of the address as a number of this machine, then the port.</summary>
    private static bool TryParseEnd(ReadOnlySpan<char> text, out IPAddressValue address, out ushort port)
    {
        address = default;
        port = 0;
        int colon = text.IndexOf(':');
        if (colon is not (8 or 32) || !ushort.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.HexNumber, null, out port))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[colon / 2];
        for (int i = 0; i < colon; i += 8)
        {
            if (!uint.TryParse(text.Slice(i, 8), System.Globalization.NumberStyles.HexNumber, null, out uint word))
            {
                return false;
            }

            BitConverter.TryWriteBytes(bytes[(i / 2)..], word);
        }

        address = bytes.Length == 4 ? IPAddressValue.FromIPv4(bytes) : IPAddressValue.FromIPv6(bytes);
        return true;
    }
}
