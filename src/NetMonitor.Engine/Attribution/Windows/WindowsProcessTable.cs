using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;

namespace NetMonitor.Attribution.Windows;

/// <summary>Windows: processes by the framework and NtQueryInformationProcess. Written against the documentation; it has not run yet.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsProcessTable : IProcessTable
{
    /// <summary>Processes remembered (docs/limits.md).</summary>
    public const int Remembered = 4096;

    private const int QueryToken = 8;                   // TOKEN_QUERY
    private const int BasicInformation = 0;             // ProcessBasicInformation
    private const int ParentAt = 5;                     // of six pointers in PROCESS_BASIC_INFORMATION: InheritedFromUniqueProcessId

    private readonly Dictionary<int, ProcessFacts> _known = [];

    public ProcessFacts? Find(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            DateTimeOffset? started = Try(() => (DateTimeOffset?)process.StartTime.ToUniversalTime());
            if (_known.TryGetValue(processId, out ProcessFacts? known) && known.StartTime == started)
            {
                return known;
            }

            if (_known.Count >= Remembered)
            {
                _known.Clear();
            }

            return _known[processId] = new ProcessFacts
            {
                Id = processId,
                Name = process.ProcessName,
                Path = Try(() => process.MainModule?.FileName),
                StartTime = started,
                UserName = Try(() => UserOf(process)),
                Parents = ParentsOf(process, started),
            };
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            _known.Remove(processId);
            return null; // Gone.
        }
    }

    private static List<ParentProcess> ParentsOf(Process process, DateTimeOffset? started)
    {
        var parents = new List<ParentProcess>();
        int id = Try(() => ParentOf(process));
        while (id > 0 && parents.Count < ProcessFacts.MaxParents)
        {
            try
            {
                // Windows keeps the id of a parent that is gone, and gives it to others: a parent is older than its child.
                using Process parent = Process.GetProcessById(id);
                DateTimeOffset? parentStarted = Try(() => (DateTimeOffset?)parent.StartTime.ToUniversalTime());
                if (parentStarted > started)
                {
                    break;
                }

                parents.Add(new ParentProcess(id, parent.ProcessName));
                started = parentStarted;
                id = Try(() => ParentOf(parent));
            }
            catch (ArgumentException)
            {
                break;
            }
        }

        return parents;
    }

    private static int ParentOf(Process process)
    {
        nint* information = stackalloc nint[6];
        return NtQueryInformationProcess(process.Handle, BasicInformation, information, 6 * sizeof(nint), out _) == 0 ? (int)information[ParentAt] : 0;
    }

    private static string? UserOf(Process process)
    {
        if (!OpenProcessToken(process.Handle, QueryToken, out nint token))
        {
            return null;
        }

        try
        {
            using var identity = new WindowsIdentity(token);
            return identity.Name;
        }
        finally
        {
            CloseHandle(token);
        }
    }

    /// <summary>Protected processes and those of other users answer with an error: what they do not tell is not known.</summary>
    private static T? Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException or System.Security.SecurityException)
        {
            return default;
        }
    }

    [LibraryImport("ntdll.dll")]
    private static partial int NtQueryInformationProcess(nint process, int informationClass, void* information, int length, out int written);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool OpenProcessToken(nint process, int access, out nint token);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}
