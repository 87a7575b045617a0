using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetMonitor.Attribution;
using NetMonitor.Attribution.Linux;

namespace NetMonitor.Tests.Attribution;

/// <summary>Processes and their containers from recorded /proc trees, and the live machine where it is Linux.</summary>
public sealed class LinuxProcessTests : IDisposable
{
    private const string Id = "3f4b1c0de5a6978812345678900aabbccddeeff00112233445566778899aabb0"; // of a container: 64 hexadecimal digits
    private const string PodUid = "12345678-9abc-def0-1234-56789abcdef0";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("netmonitor-proc-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("curl", "/usr/bin/curl", "curl")]
    [InlineData("averyveryverylo", "/opt/averyveryverylongname", "averyveryverylongname")]
    [InlineData("renamed-by-itse", "/usr/bin/python3", "renamed-by-itse")]
    [InlineData("abackgroundscri", "/usr/bin/python3", "abackgroundscript.py")]
    public void A_name_of_15_characters_is_completed_where_the_executable_or_an_argument_begins_with_it(string command, string executable, string expected) =>
        Assert.Equal(expected, LinuxProcessTable.FullName(command, executable, ["python3", "/srv/abackgroundscript.py"]));

    [Fact]
    public void A_process_is_read_from_proc_with_its_parents()
    {
        Record(1, "systemd", 0, 1);
        Record(40, "sh", 1, 500);
        Record(41, "a) R (b", 40, 600, "/user.slice/user-1000.slice/session-4.scope");
        ProcessFacts facts = new LinuxProcessTable(root: _root.FullName).Find(41)!;
        Assert.Equal("a) R (b", facts.Name);
        Assert.Equal([new ParentProcess(40, "sh"), new ParentProcess(1, "systemd")], facts.Parents);
        Assert.Equal("session-4.scope", facts.Workload.Unit);
        Assert.Null(facts.CommandLine);
    }

    [Fact]
    public void A_command_line_is_read_only_when_asked_for()
    {
        Record(41, "sh", 1, 600);
        Assert.Equal("sh --password secret", new LinuxProcessTable(commandLines: true, _root.FullName).Find(41)!.CommandLine);
    }

    [Fact]
    public void A_reused_id_is_another_process()
    {
        var table = new LinuxProcessTable(root: _root.FullName);
        Record(41, "first", 1, 600);
        ProcessFacts first = table.Find(41)!;
        Assert.Same(first, table.Find(41));
        Record(41, "second", 1, 700);
        ProcessFacts second = table.Find(41)!;
        Assert.Equal("second", second.Name);
        Assert.Equal(TimeSpan.FromSeconds(1), second.StartTime - first.StartTime);
        Directory.Delete(Path.Combine(_root.FullName, "proc", "41"), recursive: true);
        Assert.Null(table.Find(41));
    }

    [Fact]
    public void A_process_seen_by_the_kernel_program_is_known_after_it_is_gone_and_not_mixed_up_with_its_successor()
    {
        var table = new LinuxProcessTable(root: _root.FullName);
        Record(41, "successor", 1, 700);
        ProcessFacts seen = table.Seen(41, 600 * 10_000_000L, "averyveryverylo", "/opt/averyveryverylongname", 4_000_000, 4_000_001, [new ParentProcess(1, "init")]);
        Assert.Equal(("averyveryverylongname", "/opt/averyveryverylongname"), (seen.Name, seen.Path));
        Assert.Equal(("4000000", "4000001"), (seen.UserName, seen.GroupName));
        Assert.Equal("successor", table.Seen(41, (700 * 10_000_000L) + 5_000, "other", null, 0, 0, []).Name);
    }

    [Theory]
    [InlineData("/system.slice/nginx.service", null, null, "nginx.service", "system.slice", null)]
    [InlineData("/system.slice/system-getty.slice/getty@tty1.service", null, null, "getty@tty1.service", "system-getty.slice", null)]
    [InlineData(@"/system.slice/systemd-fsck@dev-disk-by\x2duuid.service", null, null, "systemd-fsck@dev-disk-by-uuid.service", "system.slice", null)]
    [InlineData("/system.slice/docker-" + Id + ".scope", "3f4b1c0de5a6", null, null, "system.slice", "docker")]
    [InlineData("/docker/" + Id, "3f4b1c0de5a6", null, null, null, "docker")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + Id + ".scope", "3f4b1c0de5a6", null, null, "user.slice", "podman")]
    [InlineData("/machine.slice/libpod-" + Id + ".scope/container", "3f4b1c0de5a6", null, null, "machine.slice", "podman")]
    [InlineData("/system.slice/nerdctl-" + Id + ".scope", "3f4b1c0de5a6", null, null, "system.slice", "containerd")]
    [InlineData("/lxc/web/init.scope", "web", null, "init.scope", null, "lxc")]
    [InlineData("/lxc.payload.web", "web", null, null, null, "lxc")]
    [InlineData("/machine.slice/machine-build\\x2dbox.scope", "build-box", null, "machine-build-box.scope", "machine.slice", "nspawn")]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12345678_9abc_def0_1234_56789abcdef0.slice/cri-containerd-" + Id + ".scope",
        "3f4b1c0de5a6", PodUid, null, "kubepods-burstable-pod12345678_9abc_def0_1234_56789abcdef0.slice", "containerd")]
    [InlineData("/kubepods/besteffort/pod" + PodUid + "/" + Id, "3f4b1c0de5a6", PodUid, null, null, "containerd")]
    [InlineData("/kubepods/pod" + PodUid + "/crio-" + Id, "3f4b1c0de5a6", PodUid, null, null, "cri-o")]
    [InlineData("/", null, null, null, null, null)]
    public void A_control_group_tells_what_its_processes_are_part_of(string path, string? container, string? pod, string? unit, string? slice, string? runtime)
    {
        Workload workload = new CgroupPath(_root.FullName).Parse($"0::{path}\n");
        Assert.Equal((container, pod, unit, slice, runtime), (workload.Container, workload.Pod, workload.Unit, workload.Slice, workload.Runtime));
    }

    [Fact]
    public void The_kubelets_log_names_give_pod_namespace_and_container()
    {
        Write($"var/log/containers/web-7d4b9_shop_frontend-{Id}.log", "");
        Workload workload = new CgroupPath(_root.FullName).Parse($"0::/kubepods/pod{PodUid}/{Id}\n");
        Assert.Equal(("web-7d4b9", "shop", "frontend"), (workload.Pod, workload.PodNamespace, workload.Container));
    }

    [Fact]
    public void Docker_and_Podman_know_their_containers_names()
    {
        Write($"var/lib/docker/containers/{Id}/config.v2.json", """{"Name":"/shop-db"}""");
        Write("var/lib/containers/storage/overlay-containers/containers.json", $$"""[{"id":"{{Id}}","names":["shop-cache"]}]""");
        var cgroups = new CgroupPath(_root.FullName);
        Assert.Equal("shop-db", cgroups.OfPath("/docker/" + Id).Container);
        Assert.Equal("shop-cache", cgroups.OfPath("/machine.slice/libpod-" + Id + ".scope").Container);
    }

    [Fact]
    public void The_first_versions_hierarchies_say_it_too()
    {
        Workload workload = new CgroupPath(_root.FullName).Parse("5:cpu,cpuacct:/\n1:name=systemd:/system.slice/ssh.service\n0::/\n");
        Assert.Equal("ssh.service", workload.Unit);
    }

    [LinuxFact]
    public void An_own_connection_is_found_with_this_process_and_numbers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        using TcpClient server = listener.AcceptTcpClient();
        client.GetStream().Write(new byte[100]);

        using var table = new LinuxSocketTable(new LinuxProcessTable());
        var sockets = new List<KernelSocket>();
        table.Read(sockets);
        KernelSocket own = Assert.Single(sockets, socket => socket.RemotePort == port && socket.State == ConnectionState.ESTABLISHED);
        Assert.Null(table.OwnerOf(own));
        table.Resolve([own.Number]);
        ProcessFacts owner = table.OwnerOf(own)!;
        Assert.Equal(Environment.ProcessId, owner.Id);
        Assert.Equal(Environment.ProcessPath, owner.Path);
        Assert.InRange((owner.StartTime!.Value - Process.GetCurrentProcess().StartTime.ToUniversalTime()).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(100, own.Kernel!.BytesSent);
    }

    private void Record(int id, string command, int parent, long startTicks, string cgroup = "/")
    {
        string rest = string.Join(' ', Enumerable.Repeat("0", 17));
        Write($"proc/{id}/stat", $"{id} ({command}) S {parent} {rest} {startTicks} 0 0\n");
        Write($"proc/{id}/cgroup", $"0::{cgroup}\n");
        Write($"proc/{id}/cmdline", "sh\0--password\0secret\0");
        Write($"proc/{id}/status", "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}

/// <summary>A fact about the Linux it runs on.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "this is not Linux";
}
