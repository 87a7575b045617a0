using System.Text.Json;
using System.Text.RegularExpressions;

namespace NetMonitor.Attribution.Linux;

/// <summary>
/// Tells containers, pods and units from a process's control group. The forms are those of systemd (systemd.unit(5), "scope" and "slice"), of Docker, Podman,
/// containerd, CRI-O, LXC and nspawn under either cgroup driver, and of the kubelet (kubepods).
/// </summary>
internal sealed partial class CgroupPath(string root)
{
    /// <summary>Control groups remembered (docs/limits.md).</summary>
    public const int Remembered = 1024;

    private const int ShortId = 12;                     // as docker ps and crictl show it

    private readonly Dictionary<string, Workload> _known = new(StringComparer.Ordinal);

    /// <summary>Reads /proc/PID/cgroup: lines of "hierarchy:controllers:path". The unified hierarchy and systemd's own say the most.</summary>
    public Workload Parse(string cgroup)
    {
        string? best = null;
        foreach (string line in cgroup.Split('\n'))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && parts[2].Length > 1 && (best is null || parts[1] is "name=systemd" || (parts[1].Length == 0 && best.Length <= 1)))
            {
                best = parts[2];
            }
        }

        return best is null ? Workload.None : OfPath(best);
    }

    /// <summary>The workload of one control group path.</summary>
    public Workload OfPath(string path)
    {
        if (!_known.TryGetValue(path, out Workload? workload))
        {
            if (_known.Count >= Remembered)
            {
                _known.Clear();
            }

            _known[path] = workload = Read(path);
        }

        return workload;
    }

    private Workload Read(string path)
    {
        string? unit = null;
        string? slice = null;
        foreach (string part in path.Split('/'))
        {
            if (part.EndsWith(".slice", StringComparison.Ordinal))
            {
                slice = Unescape(part);
            }
            else if (part.EndsWith(".service", StringComparison.Ordinal) || part.EndsWith(".scope", StringComparison.Ordinal))
            {
                // user@1000.service holds a manager of its own: the unit below it says more.
                unit = Unescape(part);
            }
        }

        if (Container().Match(path) is { Success: true } container)
        {
            string id = container.Groups["id"].Value;
            string runtime = RuntimeOf(container.Groups["runtime"].Value, path);
            bool isPod = PodOf(path) is not null;
            (string? pod, string? podNamespace, string? name) = isPod ? KubeletNames(id) : default;
            name ??= runtime switch
            {
                "docker" => DockerName(id),
                "podman" => PodmanName(id),
                _ => null,
            };
            string? ownUnit = unit is not null && unit.Contains(id, StringComparison.Ordinal) ? null : unit;
            return new Workload(name ?? id[..ShortId], isPod ? pod ?? PodOf(path) : null, podNamespace, ownUnit, slice, runtime);
        }

        if (Lxc().Match(path) is { Success: true } lxc)
        {
            return new Workload(lxc.Groups["name"].Value, null, null, unit, slice, "lxc");
        }

        if (Machine().Match(path) is { Success: true } machine)
        {
            return new Workload(Unescape(machine.Groups["name"].Value), null, null, unit, slice, "nspawn");
        }

        return unit is null && slice is null ? Workload.None : new Workload(null, null, null, unit, slice, null);
    }

    private static string RuntimeOf(string prefix, string path) => prefix switch
    {
        "docker" or "docker-" => "docker",
        "libpod" or "libpod-" or "libpod-payload-" => "podman",
        "crio" or "crio-" => "cri-o",
        "cri-containerd-" or "cri-containerd" or "nerdctl-" => "containerd",
        _ => path.Contains("/docker/", StringComparison.Ordinal) ? "docker" : path.Contains("libpod", StringComparison.Ordinal) ? "podman" : "containerd",
    };

    /// <summary>The pod's uid from "…-pod1234_5678.slice" (systemd driver) or "/pod1234-5678/" (cgroupfs driver).</summary>
    private static string? PodOf(string path) => Pod().Match(path) is { Success: true } pod ? pod.Groups["uid"].Value.Replace('_', '-') : null;

    /// <summary>/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log, as the kubelet names them.</summary>
    private (string? Pod, string? Namespace, string? Container) KubeletNames(string id)
    {
        try
        {
            string? file = Directory.EnumerateFiles(Path.Combine(root, "var", "log", "containers"), $"*-{id}.log").FirstOrDefault();
            if (file is not null && KubeletLog().Match(Path.GetFileName(file)) is { Success: true } name)
            {
                return (name.Groups["pod"].Value, name.Groups["namespace"].Value, name.Groups["container"].Value);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No kubelet here, or its folder is not ours to read: the uid and the short id stand.
        }

        return default;
    }

    private string? DockerName(string id) =>
        ReadJson(Path.Combine(root, "var", "lib", "docker", "containers", id, "config.v2.json"),
            json => json.TryGetProperty("Name", out JsonElement name) ? name.GetString()?.TrimStart('/') : null);

    private string? PodmanName(string id) =>
        ReadJson(Path.Combine(root, "var", "lib", "containers", "storage", "overlay-containers", "containers.json"), json =>
        {
            foreach (JsonElement container in json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : default)
            {
                if (container.TryGetProperty("id", out JsonElement own) && own.GetString() == id
                    && container.TryGetProperty("names", out JsonElement names) && names.GetArrayLength() > 0)
                {
                    return names[0].GetString();
                }
            }

            return null;
        });

    private static string? ReadJson(string path, Func<JsonElement, string?> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(document.RootElement);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null; // Not ours to read, or another version's form: the short id stands.
        }
    }

    /// <summary>systemd writes what a unit name may not hold as \x2d (systemd.unit(5)).</summary>
    private static string Unescape(string name) =>
        Escape().Replace(name, match => ((char)Convert.ToByte(match.Groups[1].Value, 16)) is var c && char.IsControl(c) ? "?" : c.ToString());

    [GeneratedRegex(@"\\x([0-9a-f]{2})")]
    private static partial Regex Escape();

    [GeneratedRegex(@"(?:^|[/:])(?<runtime>docker-|libpod-payload-|libpod-|crio-|cri-containerd-|nerdctl-|docker|libpod|)?/?(?<id>[0-9a-f]{64})(?:\.scope)?(?:/|$)")]
    private static partial Regex Container();

    [GeneratedRegex(@"[/-]pod(?<uid>[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?:/|$)")]
    private static partial Regex Pod();

    [GeneratedRegex(@"/lxc(?:\.payload[./]|/)(?<name>[^/]+)")]
    private static partial Regex Lxc();

    [GeneratedRegex(@"/machine\.slice/(?:machine-|systemd-nspawn@)(?<name>[^/]+)\.(?:scope|service)")]
    private static partial Regex Machine();

    [GeneratedRegex(@"^(?<pod>[^_]+)_(?<namespace>[^_]+)_(?<container>.+)-[0-9a-f]{64}\.log$")]
    private static partial Regex KubeletLog();
}
