using System.ComponentModel;
using System.Diagnostics;

namespace NetMonitor.Capture;

/// <summary>
/// Captures through dumpcap, Wireshark's helper, which members of a group may run with the capabilities this process lacks. Its pcapng comes through a
/// pipe. It ends with the source, and by itself when this process is gone: its pipe breaks then.
/// </summary>
public sealed class DumpcapSource : IFrameSource
{
    private const string Program = "dumpcap";
    private const int BufferMebibytes = 32;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly CaptureFile _file;
    private Task<string> _messages = Task.FromResult("");
    private volatile bool _cancelled;

    private DumpcapSource(string name, Process process)
    {
        Name = name;
        _process = process;
        _file = CaptureFile.Open(process.StandardOutput.BaseStream, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInterface> Interfaces => _file.Interfaces;

    /// <inheritdoc/>
    /// <remarks>What the kernel drops is told by dumpcap only at its end, so it is not known here.</remarks>
    public SourceCounters Counters => _file.Counters;

    /// <summary>Where dumpcap is, or null when it is not installed.</summary>
    public static string? Path { get; } = FindProgram();

    /// <summary>Tries whether this user may capture with dumpcap.</summary>
    /// <param name="interfaceName">Name of an interface.</param>
    /// <returns>Null when yes, else the reason.</returns>
    public static string? WhyNot(string interfaceName)
    {
        if (Path is null)
        {
            return "dumpcap is not installed.";
        }

        try
        {
            // Its list of devices is the same for everyone: only a capture tells.
            using DumpcapSource source = Open(interfaceName);
            return null;
        }
        catch (CaptureException e)
        {
            return e.Message;
        }
    }

    /// <summary>Starts a capture.</summary>
    /// <param name="interfaceName">Name of an interface.</param>
    /// <param name="filter">A BPF expression, or null.</param>
    /// <param name="promiscuous">Ask for frames that are not meant for this machine too.</param>
    /// <exception cref="CaptureException">dumpcap is not installed, this user may not run it, or it refuses the interface or filter.</exception>
    public static DumpcapSource Open(string interfaceName, string? filter = null, bool promiscuous = false)
    {
        if (Path is null)
        {
            throw new CaptureException(CaptureError.CaptureLibraryMissing, "dumpcap is not installed.");
        }

        List<string> arguments = ["-i", interfaceName, "-q", "-n", "-B", $"{BufferMebibytes}", "-w", "-"];
        if (!promiscuous)
        {
            arguments.Add("-p");
        }

        if (!string.IsNullOrWhiteSpace(filter))
        {
            arguments.AddRange(["-f", filter]);
        }

        DumpcapSource? source = null;
        try
        {
            source = new DumpcapSource(interfaceName, Run([.. arguments]));
            source.WaitForStart();
            return source;
        }
        catch (Win32Exception error)
        {
            throw new CaptureException(CaptureError.InsufficientPrivilege, $"dumpcap cannot be run: {error.Message}", inner: error);
        }
        catch (CaptureException)
        {
            source?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Read(FrameBatch batch)
    {
        try
        {
            bool more = _file.Read(batch);
            if (!more && !_cancelled)
            {
                throw new CaptureException(CaptureError.CaptureStopped, $"The capture on '{Name}' ended: {Message() ?? "dumpcap has exited."}");
            }

            return more;
        }
        catch (CaptureException) when (_cancelled)
        {
            batch.Count = 0;
            return false; // Ended in the middle of a block.
        }
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        _cancelled = true;
        End();
        _file.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cancel();
        _process.WaitForExit(Farewell);
        _file.Dispose();
        _process.Dispose();
    }

    /// <summary>dumpcap says "File: -" on its error output when it captures, and something else and ends when it may not.</summary>
    private void WaitForStart()
    {
        string? first = null;
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (line.StartsWith("File:", StringComparison.Ordinal))
            {
                _messages = _process.StandardError.ReadToEndAsync(); // Or its pipe fills and it waits.
                return;
            }

            first ??= FirstLine(line);
        }

        bool isFilter = first?.Contains("filter", StringComparison.OrdinalIgnoreCase) == true;
        throw new CaptureException(isFilter ? CaptureError.InvalidCaptureFilter : CaptureError.InsufficientPrivilege, first ?? "dumpcap has exited.");
    }

    private string? Message() => _messages.Wait(Farewell) ? FirstLine(_messages.Result) : null;

    private static string? FirstLine(string text) =>
        text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && !line.StartsWith("Capturing on", StringComparison.Ordinal));

    private static Process Run(params string[] arguments) => Process.Start(new ProcessStartInfo(Path!, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
        UseShellExecute = false,
    })!;

    private static string? FindProgram()
    {
        IEnumerable<string> folders = OperatingSystem.IsWindows()
            ? [System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Wireshark")]
            : OperatingSystem.IsMacOS() ? ["/Applications/Wireshark.app/Contents/MacOS"] : ["/usr/bin", "/usr/sbin", "/usr/local/bin"];
        string file = OperatingSystem.IsWindows() ? Program + ".exe" : Program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(folders).Select(folder => System.IO.Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>Closes the pipe and asks the process to end.</summary>
    private void End()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
