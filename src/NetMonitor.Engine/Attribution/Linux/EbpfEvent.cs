using System.Buffers.Binary;
using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Linux;

/// <summary>What a process did.</summary>
internal enum EbpfKind : uint
{
    Connect = 1,
    Accept = 2,
    Listen = 3,
    Datagram = 4,
    Execute = 5,
}

/// <summary>An event of connections.bpf.c ("struct event"); the numbers are the machine's, addresses the network's.</summary>
internal readonly record struct EbpfEvent
{
    public const int Size = 184;

    private const int NamespaceAt = 4;
    private const int LocalAt = 8;
    private const int RemoteAt = 24;
    private const int LocalPortAt = 40;
    private const int RemotePortAt = 42;
    private const int FamilyAt = 44;
    private const int ProtocolAt = 46;
    private const int ProcessAt = 48;
    private const int ThreadAt = 52;
    private const int UserAt = 56;
    private const int GroupAt = 60;
    private const int CgroupAt = 64;
    private const int StartAt = 72;
    private const int TimeAt = 80;
    private const int CommandAt = 88;
    private const int CommandSize = 16;
    private const int ParentsAt = 104;
    private const int ParentCommandsAt = ParentsAt + (ProcessFacts.MaxParents * sizeof(int));
    private const ushort IPv4 = 2;

    public EbpfKind Kind { get; init; }

    /// <summary>Inode of its network namespace.</summary>
    public uint Namespace { get; init; }

    public TransportProtocol Protocol { get; init; }

    public IPAddressValue Local { get; init; }

    public IPAddressValue Remote { get; init; }

    public ushort LocalPort { get; init; }

    public ushort RemotePort { get; init; }

    public int ProcessId { get; init; }

    public int ThreadId { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public ulong CgroupId { get; init; }

    /// <summary>When the process started, nanoseconds since boot.</summary>
    public long Start { get; init; }

    /// <summary>When it happened, nanoseconds since boot.</summary>
    public long Time { get; init; }

    public string Command { get; init; }

    public IReadOnlyList<ParentProcess> Parents { get; init; }

    /// <summary>Reads one. False for bytes that are no such event.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EbpfEvent read)
    {
        read = default;
        if (bytes.Length < Size || BitConverter.ToUInt32(bytes) is 0 or >= (uint)EbpfKind.Execute)
        {
            return false;
        }

        var parents = new List<ParentProcess>(ProcessFacts.MaxParents);
        for (int i = 0; i < ProcessFacts.MaxParents; i++)
        {
            int id = BitConverter.ToInt32(bytes[(ParentsAt + (i * sizeof(int)))..]);
            if (id == 0)
            {
                break; // Above the first process: the kernel itself.
            }

            parents.Add(new ParentProcess(id, Text(bytes.Slice(ParentCommandsAt + (i * CommandSize), CommandSize))));
        }

        bool isIPv4 = BitConverter.ToUInt16(bytes[FamilyAt..]) == IPv4;
        read = new EbpfEvent
        {
            Kind = (EbpfKind)BitConverter.ToUInt32(bytes),
            Namespace = BitConverter.ToUInt32(bytes[NamespaceAt..]),
            Protocol = (TransportProtocol)BitConverter.ToUInt16(bytes[ProtocolAt..]),
            Local = Address(bytes[LocalAt..], isIPv4),
            Remote = Address(bytes[RemoteAt..], isIPv4),
            LocalPort = BitConverter.ToUInt16(bytes[LocalPortAt..]),
            RemotePort = BitConverter.ToUInt16(bytes[RemotePortAt..]),
            ProcessId = BitConverter.ToInt32(bytes[ProcessAt..]),
            ThreadId = BitConverter.ToInt32(bytes[ThreadAt..]),
            UserId = BitConverter.ToUInt32(bytes[UserAt..]),
            GroupId = BitConverter.ToUInt32(bytes[GroupAt..]),
            CgroupId = BitConverter.ToUInt64(bytes[CgroupAt..]),
            Start = BitConverter.ToInt64(bytes[StartAt..]),
            Time = BitConverter.ToInt64(bytes[TimeAt..]),
            Command = Text(bytes.Slice(CommandAt, CommandSize)),
            Parents = parents,
        };
        return true;
    }

    /// <summary>Text up to its NUL, without control characters.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        return text.AsSpan().ContainsAnyInRange('\0', '\x1f') ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
    }

    private static IPAddressValue Address(ReadOnlySpan<byte> bytes, bool isIPv4) =>
        isIPv4 ? IPAddressValue.FromIPv4(bytes) : IPAddressValue.FromIPv6(bytes);
}

/// <summary>A program was executed ("struct exec_event").</summary>
internal readonly record struct EbpfExecution(int ProcessId, long Start, string Path)
{
    private const int ProcessAt = 4;
    private const int StartAt = 8;
    private const int PathAt = 16;
    private const int Size = 144;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out EbpfExecution read)
    {
        read = default;
        if (bytes.Length < Size || BitConverter.ToUInt32(bytes) != (uint)EbpfKind.Execute)
        {
            return false;
        }

        read = new EbpfExecution(BitConverter.ToInt32(bytes[ProcessAt..]), BitConverter.ToInt64(bytes[StartAt..]), EbpfEvent.Text(bytes[PathAt..Size]));
        return true;
    }
}
