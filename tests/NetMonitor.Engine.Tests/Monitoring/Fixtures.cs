using System.Buffers.Binary;
using NetMonitor.Capture;

namespace NetMonitor.Tests.Monitoring;

/// <summary>The captures in fixtures/, and captures made of their frames.</summary>
internal static class Fixtures
{
    private static readonly string Folder = Path.Combine(DocumentedTables.Repository, "tests", "NetMonitor.Engine.Tests", "Monitoring", "fixtures");
    private static readonly string Scratch = Directory.CreateTempSubdirectory("netmonitor-tests-").FullName;
    private static int s_files;

    static Fixtures() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Scratch, recursive: true);

    public static string Capture => Path.Combine(Folder, "curl-tls.pcap.gz");

    public static string KeyLog => Path.Combine(Folder, "curl-tls.keys");

    /// <summary>A name for a file of one test.</summary>
    public static string Temporary(string extension) => Path.Combine(Scratch, Interlocked.Increment(ref s_files) + extension);

    public static List<(long Timestamp, byte[] Bytes)> Frames(string path)
    {
        List<(long, byte[])> frames = [];
        using CaptureFile file = CaptureFile.Open(path);
        FrameBatch batch = new();
        while (file.Read(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                frames.Add((batch.Frames[i].Timestamp, batch[i].ToArray()));
            }
        }

        return frames;
    }
}

/// <summary>Writes a pcapng file of one Ethernet interface with a name; times in nanoseconds.</summary>
internal sealed class PcapNg : IDisposable
{
    private readonly FileStream _file;

    public PcapNg(string path, string name = "test0")
    {
        _file = File.Create(path);
        Block(0x0A0D0D0A, [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        byte[] text = System.Text.Encoding.ASCII.GetBytes(name.PadRight(8));
        Block(1, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 8, 0, .. text, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    }

    public void Secrets(byte[] keyLog) => Block(10, [0x4B, 0x53, 0x4C, 0x54, .. Number(keyLog.Length), .. keyLog]);

    public void Packet(long timestamp, byte[] frame) =>
        Block(6, [0, 0, 0, 0, .. Number((int)(timestamp >> 32)), .. Number((int)timestamp), .. Number(frame.Length), .. Number(frame.Length), .. frame]);

    public void Dispose() => _file.Dispose();

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private void Block(uint type, byte[] body)
    {
        int padding = -body.Length & 3;
        byte[] length = Number(12 + body.Length + padding);
        _file.Write([.. Number((int)type), .. length, .. body, .. new byte[padding], .. length]);
    }
}
