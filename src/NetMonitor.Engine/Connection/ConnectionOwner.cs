namespace NetMonitor;

/// <summary>The process at the local end of a connection.</summary>
internal sealed record ConnectionOwner
{
    public required int ProcessId { get; init; }

    public string? ProcessName { get; init; }

    public string? ProcessPath { get; init; }

    public string? CommandLine { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public IReadOnlyList<ParentProcess> Parents { get; init; } = [];

    public string? UserName { get; init; }

    public string? GroupName { get; init; }

    public string? Container { get; init; }

    public string? Pod { get; init; }

    public string? PodNamespace { get; init; }

    public string? Unit { get; init; }

    public required AttributionSource Source { get; init; }

    public required AttributionQuality Quality { get; init; }
}

/// <summary>Where an address is.</summary>
internal sealed record Place(string? Country, string? City, long? Asn, string? Organization);

/// <summary>A process above the owner of a connection.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="ProcessName">Its name, in full.</param>
public sealed record ParentProcess(int ProcessId, string ProcessName)
{
    /// <summary>Name and id for tables.</summary>
    public override string ToString() => $"{ProcessName} ({ProcessId})";
}

/// <summary>Where the owner of a connection is known from.</summary>
public enum AttributionSource
{
    /// <summary>A program in the kernel saw the call (Linux eBPF).</summary>
    Ebpf,

    /// <summary>The kernel's list of sockets (Linux sock_diag, Windows IP helper, macOS libproc, BSD sysctl).</summary>
    SocketTable,
}

/// <summary>How sure the owner of a connection is.</summary>
public enum AttributionQuality
{
    /// <summary>This very connection was seen with its process.</summary>
    Exact,

    /// <summary>A listening or unconnected socket of this process fits it.</summary>
    Listener,
}

/// <summary>What kind of address one is, by the registries of special-purpose addresses (RFC 6890).</summary>
public enum AddressScope
{
    /// <summary>Anywhere on the internet.</summary>
    Public,

    /// <summary>Private networks (RFC 1918) and unique local addresses (RFC 4193).</summary>
    Private,

    /// <summary>Shared address space of carriers (RFC 6598).</summary>
    CarrierNat,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>This link only (RFC 3927, RFC 4291).</summary>
    LinkLocal,

    /// <summary>Groups (RFC 5771, RFC 4291).</summary>
    Multicast,

    /// <summary>All of a network.</summary>
    Broadcast,

    /// <summary>Examples in documents (RFC 5737, RFC 3849).</summary>
    Documentation,

    /// <summary>Tests of network devices (RFC 2544).</summary>
    Benchmarking,

    /// <summary>No address yet (0.0.0.0, ::).</summary>
    Unspecified,

    /// <summary>Any other special or reserved range.</summary>
    Reserved,
}
