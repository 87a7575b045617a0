using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NetMonitor.Attribution.Linux;

/// <summary>Linux: processes from /proc. What was read of one is kept for as long as the id belongs to the same process running the same program.</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    /// <summary>Processes remembered (docs/limits.md).</summary>
    public const int Remembered = 4096;

    private const int CommandLength = 15;               // TASK_COMM_LEN less its NUL
    private const int TicksPerSecond = 100;             // USER_HZ, which /proc counts in on every machine
    private const long NanosecondsPerTick = UnixTime.NanosecondsPerSecond / TicksPerSecond;
    private const int MaxCommandLine = 4096;

    private readonly string _root;
    private readonly bool _commandLines;
    private readonly CgroupPath _cgroups;
    private readonly UserNames _users = new();
    private readonly Dictionary<int, (long StartTicks, string Command, ProcessFacts Facts)> _known = [];
    private readonly long _bootTime;

    /// <param name="commandLines">Read command lines too.</param>
    /// <param name="root">The root of the file system; another one in tests.</param>
    public LinuxProcessTable(bool commandLines = false, string root = "/")
    {
        _root = root;
        _commandLines = commandLines;
        _cgroups = new CgroupPath(root);
        _bootTime = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100) - (OperatingSystem.IsLinux() ? LinuxNative.Boottime() : 0);
    }

    /// <summary>When a process started that did so this long after the machine.</summary>
    public DateTimeOffset StartTimeOf(long nanosecondsSinceBoot) => UnixTime.ToDateTimeOffset(_bootTime + nanosecondsSinceBoot);

    public ProcessFacts? Find(int processId)
    {
        if (!TryReadStat(processId, out string command, out int parent, out long startTicks))
        {
            _known.Remove(processId);
            return null;
        }

        if (_known.TryGetValue(processId, out (long StartTicks, string Command, ProcessFacts Facts) known)
            && known.StartTicks == startTicks && known.Command == command)
        {
            return known.Facts;
        }

        if (_known.Count >= Remembered)
        {
            _known.Clear();
        }

        ProcessFacts facts = Read(processId, command, parent, startTicks);
        _known[processId] = (startTicks, command, facts);
        return facts;
    }

    /// <summary>Facts of a process that a kernel program saw and that may be gone: what /proc has no more is made of what was seen.</summary>
    /// <param name="processId">Its id.</param>
    /// <param name="startNanoseconds">When it started, after the machine.</param>
    /// <param name="command">Its short name.</param>
    /// <param name="path">The path it was executed by, or null.</param>
    /// <param name="user">User id.</param>
    /// <param name="group">Group id.</param>
    /// <param name="parents">Its parents' ids and short names, nearest first.</param>
    public ProcessFacts Seen(int processId, long startNanoseconds, string command, string? path, uint user, uint group, IReadOnlyList<ParentProcess> parents)
    {
        // The kernel program gives nanoseconds, /proc hundredths of a second: the same process when the hundredths agree.
        // One that is just ending has no path any more, so its facts are those that were seen.
        ProcessFacts? running = Find(processId);
        bool isSame = running is not null && _known[processId].StartTicks == startNanoseconds / NanosecondsPerTick;
        if (isSame && (running!.Path is not null || path is null))
        {
            return running;
        }

        return new ProcessFacts
        {
            Id = processId,
            Name = FullName(command, path, []),
            Path = path is ['/', ..] ? path : null,
            StartTime = StartTimeOf(startNanoseconds),
            UserName = _users.User(user),
            GroupName = _users.Group(group),
            Workload = isSame ? running!.Workload : Workload.None,
            Parents = [.. parents.Select(parent => Find(parent.ProcessId) is { Name: { } name } ? parent with { ProcessName = name } : parent)],
        };
    }

    /// <summary>The name that the kernel cuts off after 15 characters, in full where the executable or an argument begins with it.</summary>
    public static string FullName(string command, string? executable, IReadOnlyList<string> arguments)
    {
        if (command.Length < CommandLength)
        {
            return command;
        }

        return new[] { executable }.Concat(arguments.Take(3))
            .Select(text => text?[(text.LastIndexOf('/') + 1)..])
            .FirstOrDefault(name => name is not null && name.StartsWith(command, StringComparison.Ordinal)) ?? command;
    }

    private ProcessFacts Read(int processId, string command, int parent, long startTicks)
    {
        string? path = LinkTarget(processId);
        string[] arguments = ReadText(processId, "cmdline") is { Length: > 0 } raw
            ? raw.TrimEnd('\0').Split('\0') : [];
        (uint User, uint Group)? ids = ReadIds(processId);
        string line = string.Join(' ', arguments);
        return new ProcessFacts
        {
            Id = processId,
            Name = FullName(command, path, arguments),
            Path = path,
            CommandLine = !_commandLines || line.Length == 0 ? null : line.Length > MaxCommandLine ? line[..MaxCommandLine] : line,
            StartTime = StartTimeOf(startTicks * NanosecondsPerTick),
            Parents = ParentsFrom(parent),
            UserName = ids is { } user ? _users.User(user.User) : null,
            GroupName = ids is { } group ? _users.Group(group.Group) : null,
            Workload = ReadText(processId, "cgroup") is { } cgroup ? _cgroups.Parse(cgroup) : Workload.None,
        };
    }

    private List<ParentProcess> ParentsFrom(int parent)
    {
        var parents = new List<ParentProcess>();
        while (parent > 0 && parents.Count < ProcessFacts.MaxParents && TryReadStat(parent, out string command, out int next, out _))
        {
            string name = command.Length < CommandLength ? command
                : FullName(command, LinkTarget(parent), ReadText(parent, "cmdline")?.TrimEnd('\0').Split('\0') ?? []);
            parents.Add(new ParentProcess(parent, name));
            parent = next;
        }

        return parents;
    }

    /// <summary>proc_pid_stat(5): "pid (comm) state ppid …", start time as field 22. The command may hold spaces and parentheses.</summary>
    private bool TryReadStat(int processId, out string command, out int parent, out long startTicks)
    {
        const int ParentField = 1;                      // counted from the state
        const int StartField = 19;
        command = "";
        parent = 0;
        startTicks = 0;
        if (ReadText(processId, "stat") is not { } stat)
        {
            return false;
        }

        int open = stat.IndexOf('(', StringComparison.Ordinal);
        int close = stat.LastIndexOf(')');
        if (open < 0 || close < open + 1 || close + 2 > stat.Length)
        {
            return false;
        }

        string[] fields = stat[(close + 2)..].Split(' ');
        command = Clean(stat[(open + 1)..close]);
        return fields.Length > StartField
            && int.TryParse(fields[ParentField], CultureInfo.InvariantCulture, out parent)
            && long.TryParse(fields[StartField], CultureInfo.InvariantCulture, out startTicks);
    }

    private (uint User, uint Group)? ReadIds(int processId)
    {
        uint? user = null;
        uint? group = null;
        foreach (string line in ReadText(processId, "status")?.Split('\n') ?? [])
        {
            // Real, effective, saved, file system: the effective one counts.
            string[] fields = line.Split('\t');
            if (fields is ["Uid:", _, string effectiveUser, ..])
            {
                user = uint.Parse(effectiveUser, CultureInfo.InvariantCulture);
            }
            else if (fields is ["Gid:", _, string effectiveGroup, ..])
            {
                group = uint.Parse(effectiveGroup, CultureInfo.InvariantCulture);
            }
        }

        return user is { } u && group is { } g ? (u, g) : null;
    }

    private string? LinkTarget(int processId)
    {
        const string Deleted = " (deleted)";
        try
        {
            string? target = new FileInfo(PathOf(processId, "exe")).LinkTarget;
            return target?.EndsWith(Deleted, StringComparison.Ordinal) == true ? target[..^Deleted.Length] : target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // Another user's process, a kernel thread, or gone.
        }
    }

    private string? ReadText(int processId, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(PathOf(processId, file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string PathOf(int processId, string file) => Path.Combine(_root, "proc", processId.ToString(CultureInfo.InvariantCulture), file);

    /// <summary>A process may name itself with anything: control characters never reach a terminal.</summary>
    private static string Clean(string text) => text.AsSpan().ContainsAnyInRange('\0', '\x1f') ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}

/// <summary>Names of users and groups as the system knows them (passwd, LDAP, …), each asked for once.</summary>
internal sealed unsafe class UserNames
{
    private const int MaxNames = 4096;
    private const int EntrySize = 256;                  // struct passwd and struct group are at most 56 bytes; the name's pointer comes first
    private const int TextSize = 16 << 10;

    private readonly Dictionary<uint, string> _users = [];
    private readonly Dictionary<uint, string> _groups = [];

    /// <summary>The name, or the number as text where there is no name.</summary>
    public string User(uint id) => Get(_users, id, LinuxNative.FindUser);

    /// <inheritdoc cref="User"/>
    public string Group(uint id) => Get(_groups, id, LinuxNative.FindGroup);

    private static string Get(Dictionary<uint, string> names, uint id, Lookup lookup)
    {
        if (!names.TryGetValue(id, out string? name))
        {
            if (names.Count >= MaxNames)
            {
                names.Clear();
            }

            byte* entry = stackalloc byte[EntrySize];
            byte* text = stackalloc byte[TextSize];
            name = lookup(id, entry, text, TextSize, out nint found) == 0 && found != 0 ? Marshal.PtrToStringUTF8(*(nint*)entry) : null;
            names[id] = name ??= id.ToString(CultureInfo.InvariantCulture);
        }

        return name;
    }

    private delegate int Lookup(uint id, byte* entry, byte* buffer, nint length, out nint result);
}
