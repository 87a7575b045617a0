using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Attribution;

/// <summary>A socket as the operating system lists it. IPv4 inside an IPv6 socket is IPv4 here, as it is on the wire.</summary>
internal readonly record struct KernelSocket
{
    public TransportProtocol Protocol { get; init; }

    public IPAddressValue Local { get; init; }

    public IPAddressValue Remote { get; init; }

    /// <summary>Local port; for an ICMP socket its echo identifier; 0 for none.</summary>
    public ushort LocalPort { get; init; }

    public ushort RemotePort { get; init; }

    /// <summary>State of a connection; null for a socket without a remote end (listening, unconnected).</summary>
    public ConnectionState? State { get; init; }

    /// <summary>An unspecified IPv6 address that does not stand for IPv4 addresses too.</summary>
    public bool IPv6Only { get; init; }

    /// <summary>The socket's own number (Linux: inode), 0 when it has no owner any more.</summary>
    public ulong Number { get; init; }

    /// <summary>Its process where the list itself says so; 0 where it must be found out.</summary>
    public int ProcessId { get; init; }

    /// <summary>When the socket was made, where the list says so.</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>The service inside the process that owns it (Windows), or null.</summary>
    public string? Service { get; init; }

    public uint? UserId { get; init; }

    /// <summary>Id of the control group it was made in (Linux), 0 when not told.</summary>
    public ulong CgroupId { get; init; }

    /// <summary>Bytes that wait in its queues (Linux), or null.</summary>
    public (uint Receive, uint Send)? Queued { get; init; }

    public KernelNumbers? Kernel { get; init; }

    /// <summary>Nanoseconds since data went either way, or null.</summary>
    public long? Idle { get; init; }

    /// <summary>True when it has a remote end.</summary>
    public bool IsConnected => State is not null;

    /// <summary>The key of its flow.</summary>
    /// <param name="localSide">The side of the key that is this socket's own end.</param>
    public FlowKey Key(out int localSide) => FlowKey.Of(Protocol, Local, LocalPort, Remote, RemotePort, out localSide);
}

/// <summary>The operating system's list of sockets. One thread uses it.</summary>
internal interface ISocketTable : IDisposable
{
    /// <summary>What the system calls it ("sock_diag").</summary>
    string Name { get; }

    /// <summary>Reads all sockets of TCP, UDP and what else the system lists, of this process's network namespace.</summary>
    /// <param name="sockets">Emptied and filled.</param>
    void Read(List<KernelSocket> sockets);

    /// <summary>Finds the processes of sockets that <see cref="Read"/> gave without one, all at once.</summary>
    /// <param name="numbers">Their <see cref="KernelSocket.Number"/>s.</param>
    void Resolve(IReadOnlyCollection<ulong> numbers);

    /// <summary>The process of a socket: from the list, or as <see cref="Resolve"/> found it; null while unknown and when several programs hold it.</summary>
    ProcessFacts? OwnerOf(in KernelSocket socket);
}
