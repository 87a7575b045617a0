using System.Text;
using System.Text.RegularExpressions;

namespace NetMonitor.Shell.Editing;

/// <summary>
/// The lines typed before, oldest first, kept in a file that only its owner can read. Lines that begin with a blank or look like they carry
/// a secret are remembered for this session but not written.
/// </summary>
internal sealed partial class History
{
    /// <summary>Lines kept, in memory and in the file.</summary>
    public const int Limit = 1000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    private readonly string? _path;
    private readonly List<string> _lines = [];

    private History(string? path) => _path = path;

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The file of this user: $XDG_STATE_HOME (XDG Base Directory Specification; ~/.local/state unless set), on Windows the local application data.</summary>
    public static string DefaultPath()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set) ? set
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(home, ".local", "state");
        return Path.Combine(state, "netmonitor", "history");
    }

    /// <summary>Reads a history; a file that is missing or cannot be read is an empty one. Null keeps nothing on disk.</summary>
    public static History Open(string? path)
    {
        var history = new History(path);
        try
        {
            if (path is not null && File.Exists(path))
            {
                string[] lines = File.ReadAllLines(path);
                history._lines.AddRange(lines.TakeLast(Limit).Select(Decode));
                if (lines.Length > Limit)
                {
                    history.Rewrite();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A shell without its past is still a shell.
        }
        return history;
    }

    /// <summary>Remembers a line, unless it repeats the one before.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || (_lines.Count > 0 && _lines[^1] == line))
        {
            return;
        }
        _lines.Add(line);
        if (_lines.Count > Limit)
        {
            _lines.RemoveAt(0);
        }
        if (!line.StartsWith(' ') && !Secret().IsMatch(line))
        {
            Append(line);
        }
    }

    /// <summary>The nearest line before (step -1) or after (step 1) the index <paramref name="from"/> that matches; -1 if there is none.</summary>
    public int Find(int from, int step, Func<string, bool> matches)
    {
        for (int i = from + step; i >= 0 && i < _lines.Count; i += step)
        {
            if (matches(_lines[i]))
            {
                return i;
            }
        }
        return -1;
    }

    // The words PSReadLine, too, keeps out of its file.
    [GeneratedRegex("password|passwd|asplaintext|token|api_?key|secret", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    // One entry is one line of the file: a line break inside it is written \n, a backslash \\.
    private static string Encode(string line) => line.Replace("\\", "\\\\").Replace("\r", "").Replace("\n", "\\n");

    private static string Decode(string line)
    {
        var text = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                i++;
                text.Append(line[i] == 'n' ? '\n' : line[i]);
            }
            else if (!char.IsControl(line[i]))
            {
                text.Append(line[i]);
            }
        }
        return text.ToString();
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        return options;
    }

    private void Append(string line) => Write(FileMode.Append, [line]);

    private void Rewrite() => Write(FileMode.Create, [.. _lines]);

    private void Write(FileMode mode, string[] lines)
    {
        if (_path is null)
        {
            return;
        }
        try
        {
            string folder = Path.GetDirectoryName(_path)!;
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, OwnerOnlyFolder);
                if (File.Exists(_path))
                {
                    File.SetUnixFileMode(_path, OwnerOnly);
                }
            }
            using var writer = new StreamWriter(_path, Options(mode));
            foreach (string line in lines)
            {
                writer.WriteLine(Encode(line));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The home may be read-only; the line is still in memory.
        }
    }
}
