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

    private readonly byte[] _bytes;
    private int _at;

    /// <summary>Reads what was written before compression.</summary>
    public RegistryFile(byte[] bytes) => _bytes = bytes;

    /// <summary>Opens a registry by its file's name in this folder.</summary>
    public static RegistryFile Open(string name)
    {
        using Stream stream = typeof(RegistryFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly carries no '{name}'.");
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        brotli.CopyTo(bytes);
        return new RegistryFile(bytes.ToArray());
    }

    /// <summary>The next number.</summary>
    public ulong ReadNumber()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += PayloadBits)
        {
            byte b = _bytes[_at++];
            value |= (ulong)(b & ~MoreBit) << shift;
            if ((b & MoreBit) == 0)
            {
                return value;
            }
        }
    }

    /// <summary>The next number, of those that count things.</summary>
    public int ReadCount() => checked((int)ReadNumber());

    /// <summary>The next text.</summary>
    public string ReadText()
    {
        int length = ReadCount();
        string text = Encoding.UTF8.GetString(_bytes, _at, length);
        _at += length;
        return text;
    }

    /// <summary>A list of texts, their count before them.</summary>
    public TextTable ReadTexts()
    {
        int count = ReadCount();
        var starts = new int[count + 1];
        using var texts = new MemoryStream();
        for (int i = 0; i < count; i++)
        {
            int length = ReadCount();
            texts.Write(_bytes, _at, length);
            _at += length;
            starts[i + 1] = starts[i] + length;
        }

        return new TextTable(texts.ToArray(), starts);
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
