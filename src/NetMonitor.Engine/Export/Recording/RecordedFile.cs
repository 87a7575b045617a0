using System.IO.Compression;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Export;

/// <summary>One capture file underway. What is written is kept back until <see cref="Commit"/>, which writes all of it or nothing.</summary>
internal sealed class RecordedFile : IDisposable
{
    private const string Application = "NetMonitor";

    private readonly MemoryStream _pending = new();
    private readonly RecordingStream _file;
    private readonly Stream _target;
    private readonly PcapNgWriter? _pcapng;
    private readonly Dictionary<(int Source, int Interface), (int Id, LinkType Link)> _interfaces = [];
    private PcapWriter? _pcap;
    private LinkType? _pcapLink;

    /// <param name="path">Its name.</param>
    /// <param name="options">What kind of file.</param>
    /// <exception cref="ExportException">It cannot be made.</exception>
    public RecordedFile(string path, RecordingOptions options)
    {
        Path = path;
        _file = new RecordingStream(ExportFile.CreateNow(path, options.Replace));
        _target = options.IsCompressed ? new GZipStream(_file, CompressionLevel.Fastest) : _file;
        if (!options.IsPcap)
        {
            _pcapng = new PcapNgWriter(_pending, Application);
            Commit();
        }
    }

    public string Path { get; }

    /// <summary>Bytes in the file.</summary>
    public long Size => _file.Written;

    /// <summary>Bytes in the file and on their way to it.</summary>
    public long Expected => _file.Written + _pending.Length;

    /// <summary>Adds a packet.</summary>
    /// <returns>False when a pcap file cannot hold it: its link type is not that of the file.</returns>
    public bool Write(int source, CaptureInterface description, string? filter, in FrameRecord record, ReadOnlySpan<byte> frame, byte[]? comment)
    {
        if (_pcapng is not null)
        {
            _pcapng.Write(InterfaceOf(source, description, filter), record.Timestamp, frame, record.WireLength, comment);
            return true;
        }

        if (_pcap is null)
        {
            _pcapLink = record.LinkType;
            _pcap = new PcapWriter(_pending, record.LinkType);
        }

        if (_pcapLink != record.LinkType)
        {
            return false;
        }

        _pcap.Write(record.Timestamp, frame, record.WireLength);
        return true;
    }

    public void WriteSecrets(ReadOnlySpan<byte> keyLog) => _pcapng?.WriteTlsSecrets(keyLog);

    public void WriteNames(IReadOnlyCollection<(IPAddressValue Address, string Name)> names)
    {
        if (names.Count > 0)
        {
            _pcapng?.WriteNames(names);
        }
    }

    /// <summary>Adds what the sources counted, for the interfaces that are in the file.</summary>
    public void WriteStatistics(Func<int, SourceCounters> countersOf, long start, long end)
    {
        foreach (((int source, int _), (int id, LinkType _)) in _interfaces)
        {
            _pcapng?.WriteStatistics(id, start, end, countersOf(source));
        }
    }

    /// <summary>Writes what was added since the last time: all of it, or nothing when that fails.</summary>
    /// <exception cref="IOException">The disk is full, or the like.</exception>
    public void Commit()
    {
        if (_pending.Length == 0)
        {
            return;
        }

        try
        {
            _target.Write(_pending.GetBuffer(), 0, (int)_pending.Length);
            _target.Flush();
        }
        finally
        {
            _pending.SetLength(0);
        }
    }

    public void Dispose()
    {
        _target.Dispose();
        _file.Dispose();
    }

    /// <summary>An interface's description is in the file before its first packet, whatever becomes of that.</summary>
    private int InterfaceOf(int source, CaptureInterface description, string? filter)
    {
        if (!_interfaces.TryGetValue((source, description.Id), out (int Id, LinkType Link) known))
        {
            Commit();
            known = (_pcapng!.AddInterface(description.LinkType, description.Name, description.Description, description.SnapLength, filter), description.LinkType);
            Commit();
            _interfaces.Add((source, description.Id), known);
        }

        return known.Id;
    }
}
