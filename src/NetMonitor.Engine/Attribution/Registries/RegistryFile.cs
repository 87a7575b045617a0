using System.IO.Compression;
using System.Text;

namespace NetMonitor.Attribution.Registries;

/// <summary>
/// Reads one of the compacted registries that the assembly carries: Brotli around numbers of 7 bits a byte, the lowest first (LEB128), and texts in
/// UTF-8 with their length before them. Written by tools/NetMonitor.Registries; docs/names.md says from what.
/// </summary>
internal sealed class RegistryFile
{
    private const int PayloadBits = 7;
    private const byte MoreBit = 0x80;
    private const int BufferSize = 1 << 16;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _at;
    private int _end;

    private RegistryFile(Stream stream) => _stream = stream;

    /// <summary>Reads a registry by its file's name in this folder.</summary>
    public static T Read<T>(string name, Func<RegistryFile, T> read)
    {
        using Stream stream = typeof(RegistryFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly carries no '{name}'.");
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        return read(new RegistryFile(brotli));
    }

    /// <summary>The next number.</summary>
    public ulong ReadNumber()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += PayloadBits)
        {
            if (_at == _end)
            {
                Fill();
            }

            byte b = _buffer[_at++];
            value |= (ulong)(b & ~MoreBit) << shift;
            if ((b & MoreBit) == 0)
            {
                return value;
            }
        }
    }

    /// <summary>The next number, of those that count things.</summary>
    public int ReadCount() => checked((int)ReadNumber());

    /// <summary>A list of texts, their count before them.</summary>
    public TextTable ReadTexts()
    {
        int count = ReadCount();
        var starts = new int[count + 1];
        var pages = new List<byte[]>(); // not one array that grows: what it leaves behind would have all of the heap collected
        for (int i = 0; i < count; i++)
        {
            int length = ReadCount();
            starts[i + 1] = checked(starts[i] + length);
            for (int at = starts[i]; at < starts[i + 1];)
            {
                if (at % BufferSize == 0)
                {
                    pages.Add(GC.AllocateUninitializedArray<byte>(BufferSize));
                }

                int room = Math.Min(starts[i + 1] - at, BufferSize - (at % BufferSize));
                ReadBytes(pages[^1].AsSpan(at % BufferSize, room));
                at += room;
            }
        }

        byte[] texts = GC.AllocateUninitializedArray<byte>(starts[count]);
        for (int i = 0; i < pages.Count; i++)
        {
            Span<byte> rest = texts.AsSpan(i * BufferSize);
            pages[i].AsSpan(0, Math.Min(BufferSize, rest.Length)).CopyTo(rest);
        }

        return new TextTable(texts, starts);
    }

    private void ReadBytes(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_at == _end)
            {
                Fill();
            }

            int count = Math.Min(bytes.Length, _end - _at);
            _buffer.AsSpan(_at, count).CopyTo(bytes);
            _at += count;
            bytes = bytes[count..];
        }
    }

    private void Fill()
    {
        _at = 0;
        _end = _stream.Read(_buffer);
        if (_end == 0)
        {
            throw new EndOfStreamException();
        }
    }
}

/// <summary>Many texts in one array of UTF-8; a string is made of one when it is first asked for, and kept.</summary>
internal sealed class TextTable(byte[] bytes, int[] starts)
{
    private readonly string?[] _made = new string?[starts.Length - 1];

    /// <summary>How many.</summary>
    public int Count => _made.Length;

    /// <summary>A text. Always the same object.</summary>
    public string this[int index]
    {
        get
        {
            if (_made[index] is { } made)
            {
                return made;
            }

            string text = Encoding.UTF8.GetString(bytes, starts[index], starts[index + 1] - starts[index]);
            return Interlocked.CompareExchange(ref _made[index], text, null) ?? text;
        }
    }
}
