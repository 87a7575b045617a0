using System.Buffers.Binary;

namespace NetMonitor.Capture;

/// <summary>Tells captures from other files by their first bytes.</summary>
internal static class CaptureFormat
{
    /// <summary>Bytes that tell: the longest magic below.</summary>
    public const int MagicSize = 8;

    // RFC 1952 section 2.3.1.
    private const byte GZip1 = 0x1F;
    private const byte GZip2 = 0x8B;

    /// <summary>What people hand over by mistake, and what helps. The first bytes are from each format's specification or from file(1)'s.</summary>
    private static readonly (byte[] Magic, string What, string? Action)[] Others =
    [
        ("snoop\0\0\0"u8.ToArray(), "a Solaris snoop capture (RFC 1761)", "Convert it with: editcap -F pcapng FILE OUT.pcapng"),
        ("GMBU"u8.ToArray(), "a Microsoft Network Monitor capture", "Convert it with: editcap -F pcapng FILE OUT.pcapng"),
        ("RTSS"u8.ToArray(), "a Microsoft Network Monitor capture", "Convert it with: editcap -F pcapng FILE OUT.pcapng"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd", "Decompress it first: zstd -d FILE"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz", "Decompress it first: xz -d FILE"),
        ([0x04, 0x22, 0x4D, 0x18], "compressed with lz4", "Decompress it first: lz4 -d FILE"),
        ("BZh"u8.ToArray(), "compressed with bzip2", "Decompress it first: bzip2 -d FILE"),
        ("PK\u0003\u0004"u8.ToArray(), "a zip archive", "Extract the capture from it first."),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", "Extract the capture from it first."),
    ];

    public static bool IsGZip(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == GZip1 && start[1] == GZip2;

    /// <summary>The error for a file that is no capture.</summary>
    public static CaptureException NotACapture(string name, ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return new CaptureException(CaptureError.NotACaptureFile, $"'{name}' is empty.");
        }

        foreach ((byte[] magic, string what, string? action) in Others)
        {
            if (start.StartsWith(magic))
            {
                return NotACapture(name, $" It is {what}.", action);
            }
        }

        // Event traces have no magic; their name and the size of their first buffer, a multiple of 1 KiB, must do.
        if (name.EndsWith(".etl", StringComparison.OrdinalIgnoreCase) && start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) % 1024 == 0)
        {
            return NotACapture(name, " It looks like a Windows event trace.", "Convert it with: etl2pcapng FILE OUT.pcapng");
        }

        return IsText(start)
            ? NotACapture(name, " It looks like text.", "Write captures with: tcpdump -w FILE")
            : NotACapture(name, "", null);
    }

    private static CaptureException NotACapture(string name, string hint, string? action) =>
        new(CaptureError.NotACaptureFile, $"'{name}' is not a pcap or pcapng capture.{hint}", action);

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (byte b in start)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\r' or (byte)'\n') or 0x7F)
            {
                return false;
            }
        }

        return start[0] < 0x80;                         // a longer character may be cut at the end
    }
}
