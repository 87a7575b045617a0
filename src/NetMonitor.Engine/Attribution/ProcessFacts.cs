namespace NetMonitor.Attribution;

/// <summary>What is known of a process. Immutable, and shared by its connections.</summary>
internal sealed record ProcessFacts
{
    /// <summary>Parents that are followed (docs/limits.md).</summary>
    public const int MaxParents = 4;

    private readonly ConnectionOwner?[] _owners = new ConnectionOwner?[4];

    public required int Id { get; init; }

    public string? Name { get; init; }

    public string? Path { get; init; }

    public string? CommandLine { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public IReadOnlyList<ParentProcess> Parents { get; init; } = [];

    public string? UserName { get; init; }

    public string? GroupName { get; init; }

    public Workload Workload { get; init; } = Workload.None;

    /// <summary>This process as the owner of a connection; the same object each time.</summary>
    public ConnectionOwner As(AttributionSource source, AttributionQuality quality) =>
        _owners[((int)source * 2) + (int)quality] ??= new ConnectionOwner
        {
            ProcessId = Id,
            ProcessName = Name,
            ProcessPath = Path,
            CommandLine = CommandLine,
            StartTime = StartTime,
            Parents = Parents,
            UserName = UserName,
            GroupName = GroupName,
            Container = Workload.Container,
            Pod = Workload.Pod,
            PodNamespace = Workload.PodNamespace,
            Unit = Workload.Unit,
            Source = source,
            Quality = quality,
        };
}

/// <summary>What a process is part of.</summary>
/// <param name="Container">Name of its container where known, else the short id; null outside of one.</param>
/// <param name="Pod">Kubernetes pod.</param>
/// <param name="PodNamespace">Kubernetes namespace.</param>
/// <param name="Unit">systemd unit or Windows service.</param>
/// <param name="Slice">systemd slice.</param>
/// <param name="Runtime">What runs the container: "docker", "podman", "containerd", "cri-o", "lxc", "nspawn".</param>
internal sealed record Workload(string? Container, string? Pod, string? PodNamespace, string? Unit, string? Slice, string? Runtime)
{
    public static readonly Workload None = new(null, null, null, null, null, null);
}

/// <summary>The operating system's processes. One thread uses it.</summary>
internal interface IProcessTable
{
    /// <summary>What is known of a process that runs now; null when it is gone.</summary>
    ProcessFacts? Find(int processId);
}
