using System.IO.MemoryMappedFiles;
using System.Text;

namespace NetMonitor.Fuzz;

/// <summary>The input being tried, where it outlives the process that tries it: what is left when that one overflows its stack, runs out of memory or hangs.</summary>
internal sealed class FlightRecorder : IDisposable
{
    private const int CountAt = 0;
    private const int NameAt = 8;
    private const int NameSize = 32;
    private const int LengthAt = NameAt + NameSize;
    private const int BytesAt = LengthAt + sizeof(int);
    private const int Size = 1 << 20;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte[] _name = new byte[NameSize];
    private long _count;

    public FlightRecorder(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Size);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Inputs begun: when this stands still, one hangs.</summary>
    public long Count => _view.ReadInt64(CountAt);

    public void Begin(string target, byte[] input)
    {
        Array.Clear(_name);
        Encoding.ASCII.GetBytes(target, _name);
        int length = Math.Min(input.Length, Size - BytesAt);
        _view.WriteArray(NameAt, _name, 0, NameSize);
        _view.Write(LengthAt, length);
        _view.WriteArray(BytesAt, input, 0, length);
        _view.Write(CountAt, ++_count);
    }

    /// <summary>The last input begun.</summary>
    public (string Target, byte[] Input) Last()
    {
        _view.ReadArray(NameAt, _name, 0, NameSize);
        byte[] input = new byte[Math.Clamp(_view.ReadInt32(LengthAt), 0, Size - BytesAt)];
        _view.ReadArray(BytesAt, input, 0, input.Length);
        return (Encoding.ASCII.GetString(_name).TrimEnd('\0'), input);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
