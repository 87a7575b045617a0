namespace NetMonitor;

/// <content>Whose it is and where it goes.</content>
public sealed partial class NetConnection
{
    /// <summary>The process that owns it here; shared by the connections of one process; null while unknown.</summary>
    internal ConnectionOwner? Owner { get; init; }

    /// <summary>Where the remote address is; shared by the connections to one network; null while unknown.</summary>
    internal Place? RemotePlace { get; init; }

    /// <summary>The service registered for the server's port, or null.</summary>
    public string? Service { get; internal init; }

    /// <summary>Process id of the owner on this machine, or null.</summary>
    public int? OwningProcess => Owner?.ProcessId;

    /// <summary>Name of the owner, in full, or null.</summary>
    public string? ProcessName => Owner?.ProcessName;

    /// <summary>Path of the owner's executable, or null.</summary>
    public string? ProcessPath => Owner?.ProcessPath;

    /// <summary>The owner's command line; null unless asked for, for it can hold secrets.</summary>
    public string? CommandLine => Owner?.CommandLine;

    /// <summary>When the owner started, which tells it from another that had its id before; null when unknown.</summary>
    public DateTimeOffset? ProcessStartTime => Owner?.StartTime;

    /// <summary>The owner's parents, nearest first, at most 4.</summary>
    public IReadOnlyList<ParentProcess> ParentProcesses => Owner?.Parents ?? [];

    /// <summary>User the owner runs as, or null.</summary>
    public string? UserName => Owner?.UserName;

    /// <summary>Group the owner runs as, or null.</summary>
    public string? GroupName => Owner?.GroupName;

    /// <summary>Container the owner runs in (name where known, else short id), or null.</summary>
    public string? Container => Owner?.Container;

    /// <summary>Kubernetes pod, or null.</summary>
    public string? Pod => Owner?.Pod;

    /// <summary>Kubernetes namespace of <see cref="Pod"/>, or null.</summary>
    public string? PodNamespace => Owner?.PodNamespace;

    /// <summary>systemd unit (Linux) or service (Windows) of the owner, or null.</summary>
    public string? Unit => Owner?.Unit;

    /// <summary>Where the owner is known from; null without one.</summary>
    public AttributionSource? AttributionSource => Owner?.Source;

    /// <summary>How sure the owner is; null without one.</summary>
    public AttributionQuality? AttributionQuality => Owner?.Quality;

    /// <summary>Country of the remote address (ISO 3166-1 alpha-2), or null.</summary>
    public string? Country => RemotePlace?.Country;

    /// <summary>City of the remote address, or null.</summary>
    public string? City => RemotePlace?.City;

    /// <summary>Autonomous system number of the remote address, or null.</summary>
    public long? Asn => RemotePlace?.Asn;

    /// <summary>Organization of <see cref="Asn"/>, or null.</summary>
    public string? Organization => RemotePlace?.Organization;

    /// <summary>What kind of address the remote one is (RFC 6890 and its kin).</summary>
    public AddressScope RemoteScope { get; internal init; }

    /// <summary>Maker of the remote end's network card, for neighbors; or null.</summary>
    public string? RemoteVendor { get; internal init; }
}
