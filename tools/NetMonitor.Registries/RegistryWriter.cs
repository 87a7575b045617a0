using System.IO.Compression;
using System.Text;

namespace NetMonitor.Registries;

/// <summary>Writes what the engine's RegistryFile reads.</summary>
internal sealed class RegistryWriter
{
    private const int PayloadBits = 7;
    private const byte MoreBit = 0x80;

    private readonly MemoryStream _bytes = new();

    public void Number(ulong value)
    {
        for (; value >= MoreBit; value >>= PayloadBits)
        {
            _bytes.WriteByte((byte)(value | MoreBit));
        }

        _bytes.WriteByte((byte)value);
    }

    public void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Number((ulong)bytes.Length);
        _bytes.Write(bytes);
    }

    public void Texts(IReadOnlyCollection<string> texts)
    {
        Number((ulong)texts.Count);
        foreach (string text in texts)
        {
            Text(text);
        }
    }

    public void Save(string path)
    {
        using (FileStream file = File.Create(path))
        using (var brotli = new BrotliStream(file, CompressionLevel.SmallestSize))
        {
            _bytes.WriteTo(brotli);
        }

        Console.WriteLine($"{Path.GetFileName(path)}: {new FileInfo(path).Length:N0} bytes ({_bytes.Length:N0} before compression)");
    }
}
