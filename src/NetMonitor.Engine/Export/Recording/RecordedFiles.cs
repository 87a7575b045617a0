using System.Globalization;

namespace NetMonitor.Export;

/// <summary>The files of a recording: the one underway, when the next begins, and which of the older ones goes.</summary>
internal sealed class RecordedFiles : IDisposable
{
    private readonly RecordingOptions _options;
    private readonly Queue<string> _kept = new();
    private int _number;
    private long _since;

    /// <param name="options">Where to and when to begin the next.</param>
    /// <param name="now">The time, nanoseconds since 1970.</param>
    /// <exception cref="ExportException">The first file cannot be made.</exception>
    public RecordedFiles(RecordingOptions options, long now)
    {
        _options = options;
        Current = Begin(now);
    }

    /// <summary>The file underway.</summary>
    public RecordedFile Current { get; private set; }

    /// <summary>True when the next file is due.</summary>
    /// <param name="now">The time of the next packet, nanoseconds since 1970.</param>
    public bool IsFull(long now)
    {
        _since = _since == 0 ? now : _since;
        return (_options.Size > 0 && Current.Expected >= _options.Size)
            || (_options.Interval > TimeSpan.Zero && now - _since >= UnixTime.FromTimeSpan(_options.Interval));
    }

    /// <summary>Closes the file underway and begins the next; beyond the number to keep the oldest is removed.</summary>
    /// <exception cref="ExportException">The next cannot be made.</exception>
    public void Next(long now)
    {
        Current.Dispose();
        if (_options.Files > 0 && _kept.Count >= _options.Files)
        {
            File.Delete(_kept.Dequeue());
        }

        Current = Begin(now);
        _since = now;
    }

    public void Dispose() => Current.Dispose();

    private RecordedFile Begin(long now)
    {
        string path = _options.Rotates ? NameOf(now) : _options.Path;
        var file = new RecordedFile(path, _options);
        _kept.Enqueue(path);
        return file;
    }

    /// <summary>As dumpcap names them: NAME_00001_20260102030405.pcapng, the time being UTC.</summary>
    private string NameOf(long now)
    {
        string folder = Path.GetDirectoryName(_options.Path) ?? "";
        string name = Path.GetFileName(_options.Path);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        (string stem, string ending) = dot > 0 ? (name[..dot], name[dot..]) : (name, "");
        string number = (++_number).ToString("D5", CultureInfo.InvariantCulture);
        string time = UnixTime.ToDateTimeOffset(now).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        return Path.Combine(folder, $"{stem}_{number}_{time}{ending}");
    }
}
