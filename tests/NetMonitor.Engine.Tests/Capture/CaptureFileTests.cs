using System.IO.Compression;
using System.IO.Pipes;
using System.Text.Json;
using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Capture;

[Collection(Alone.Name)] // it counts garbage
public sealed class CaptureFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netmonitor-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Kinds() => [.. Samples().Keys];

    private static Dictionary<string, byte[]> Samples() => new()
    {
        ["pcap"] = Pcap(false),
        ["pcap big-endian"] = Pcap(true),
        ["pcapng"] = PcapNg(false),
        ["pcapng big-endian"] = PcapNg(true),
    };

    private static byte[] Pcap(bool bigEndian)
    {
        CaptureBytes file = new CaptureBytes(bigEndian).PcapHeader();
        for (int i = 0; i < 12; i++)
        {
            file.PcapRecord((uint)i, 0, Captures.Data(i * 5, i));
        }

        return file.ToArray();
    }

    private static byte[] PcapNg(bool bigEndian)
    {
        CaptureBytes file = new CaptureBytes(bigEndian).Section().Interface(name: "x");
        for (int i = 0; i < 6; i++)
        {
            file.Enhanced(0, (ulong)i, Captures.Data(i * 5, i)).Block(0xBAD, new byte[i * 4]).Obsolete(0, (ulong)i, Captures.Data(i)).Simple((uint)i, Captures.Data(i));
        }

        return file.Section().Interface(name: "y").Enhanced(0, 5, [5]).ToArray();
    }

    private static byte[] GZip(params byte[][] members)
    {
        MemoryStream all = new();
        foreach (byte[] member in members)
        {
            using GZipStream zip = new(all, CompressionLevel.Fastest, leaveOpen: true);
            zip.Write(member);
        }

        return all.ToArray();
    }

    private string Write(byte[] bytes, string name = "file")
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void File_stream_and_pipe_give_the_same_frames(string kind)
    {
        byte[] file = Samples()[kind];
        List<Seen> expected = Captures.ReadAll(file).Frames;
        Assert.NotEmpty(expected);
        Random random = new(3);
        string path = Write(file);
        byte[] zipped = GZip(file[..100], file[100..]);
        string zippedPath = Write(zipped, "zipped");
        foreach (Func<CaptureFile> open in (Func<CaptureFile>[])
            [
                () => CaptureFile.Open(path),
                () => CaptureFile.Open(zippedPath),
                () => CaptureFile.Open(new MemoryStream(zipped), "zipped"),
                () => CaptureFile.Open(new DribbleStream(file, () => 1), "1 byte"),
                () => CaptureFile.Open(new DribbleStream(file, () => random.Next(1, 40)), "some bytes"),
                () => CaptureFile.Open(new DribbleStream(zipped, () => random.Next(1, 40)), "zipped, some bytes"),
            ])
        {
            (List<Seen> frames, CaptureException? error) = Captures.ReadAll(open);
            Assert.Null(error);
            Assert.Equal(expected, frames);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cut_anywhere_every_whole_record_comes_before_one_error_with_its_offset(string kind)
    {
        byte[] file = Samples()[kind];
        List<Seen> all = Captures.ReadAll(file).Frames;
        List<int> ends = RecordEnds(file, kind);
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            int start = ends.LastOrDefault(e => e <= length);
            foreach (Func<CaptureFile> open in (Func<CaptureFile>[])
                [() => CaptureFile.Open(new MemoryStream(cut), "cut"), () => CaptureFile.Open(new DribbleStream(cut, () => 7), "cut")])
            {
                (List<Seen> frames, CaptureException? error) = Captures.ReadAll(open);
                Assert.Equal(all.Take(frames.Count), frames);
                if (length < 4)
                {
                    Assert.Equal(CaptureError.NotACaptureFile, error?.Error);
                }
                else if (ends.Contains(length))
                {
                    Assert.Null(error);
                }
                else
                {
                    Assert.Equal(CaptureError.CaptureFileDamaged, error?.Error);
                    Assert.Equal(start, error?.Offset);
                    Assert.Equal(Captures.ReadAll(file[..start]).Frames.Count, frames.Count);
                }
            }
        }
    }

    /// <summary>Where the file header, records or blocks end, told independently of the reader: from the lengths alone.</summary>
    private static List<int> RecordEnds(byte[] file, string kind)
    {
        bool bigEndian = kind.EndsWith("big-endian", StringComparison.Ordinal);
        int U32(int at) => bigEndian ? System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)) : BitConverter.ToInt32(file, at);
        List<int> ends = [];
        if (kind.StartsWith("pcapng", StringComparison.Ordinal))
        {
            for (int at = 0; at < file.Length; ends.Add(at))
            {
                at += U32(at + 4);
            }
        }
        else
        {
            ends.Add(24);
            for (int at = 24; at < file.Length; ends.Add(at))
            {
                at += 16 + U32(at + 8);
            }
        }

        return ends;
    }

    [Fact]
    public void A_cut_gzip_file_gives_its_whole_records_first()
    {
        MemoryStream stream = new();
        using PcapWriter writer = new(stream, LinkType.Ethernet);
        for (int i = 0; i < 1000; i++)
        {
            writer.Write(i, Captures.Data(100, i));
        }

        byte[] zipped = GZip(stream.ToArray());
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(zipped[..(zipped.Length / 2)]);
        Assert.InRange(frames.Count, 400, 600);
        Assert.Equal(CaptureError.CaptureFileDamaged, error?.Error);
        Assert.True(error!.Offset >= 24 + (frames.Count * 116));

        zipped[zipped.Length / 2] ^= 0xFF;
        Assert.Equal(CaptureError.CaptureFileDamaged, Captures.ReadAll(zipped).Error?.Error);
    }

    [Fact]
    public void A_damaged_gzip_file_gives_what_was_before_the_damage()
    {
        const int Step = 256; // bytes that may be lost
        MemoryStream stream = new();
        using PcapWriter writer = new(stream, LinkType.Ethernet);
        for (int i = 0; i < 1000; i++)
        {
            writer.Write(i, Captures.Data(100, i));
        }

        byte[] plain = stream.ToArray();
        foreach (int whole in new[] { 1000, 50_000, 100_001 })
        {
            (List<Seen> frames, CaptureException? error) = Captures.ReadAll(GZipDamagedAfter(plain, whole));
            Assert.Equal(CaptureError.CaptureFileDamaged, error?.Error);
            Assert.Contains("gzip", error!.Message);
            Assert.InRange(error.Offset ?? 0, whole - Step, whole);
            Assert.InRange(frames.Count, (whole - Step - 24) / 116, (whole - 24) / 116);
        }
    }

    /// <summary>Compresses so that the decompressor fails just behind the first bytes: there a block of the type begins that does not exist (RFC 1951 section 3.2.3).</summary>
    private static byte[] GZipDamagedAfter(byte[] plain, int whole)
    {
        const byte ReservedType = 0b110;
        MemoryStream zipped = new();
        using (GZipStream zip = new(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(plain, 0, whole);
            zip.Flush(); // ends the block at a whole byte
            zipped.WriteByte(ReservedType);
            zip.Write(plain, whole, plain.Length - whole);
        }

        return zipped.ToArray();
    }

    [Fact]
    public void A_gzip_file_cut_anywhere_gives_whole_records_and_says_that_it_is_cut()
    {
        byte[] file = Pcap(false);
        byte[] zipped = GZip(file);
        List<Seen> all = Captures.ReadAll(file).Frames;
        for (int length = 0; length < zipped.Length; length++)
        {
            (List<Seen> frames, CaptureException? error) = Captures.ReadAll(zipped[..length]);
            Assert.Equal(all.Take(frames.Count), frames);
            Assert.True(error is { Error: CaptureError.CaptureFileDamaged or CaptureError.NotACaptureFile }, $"{length} of {zipped.Length}: {frames.Count} frames, {error?.Message}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mutated_files_end_or_fail_as_captures_do_in_bounded_memory(string kind)
    {
        byte[] file = Samples()[kind];
        Random random = new(11);
        FrameBatch batch = new(4096, 64);
        for (int round = 0; round < 3000; round++)
        {
            byte[] mutated = [.. file];
            for (int n = random.Next(1, 5); n > 0; n--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            CaptureException? error = Captures.ReadAll(() => CaptureFile.Open(new MemoryStream(mutated), "mutated"), batch).Error;
            Assert.True(error is null or { Error: CaptureError.CaptureFileDamaged or CaptureError.NotACaptureFile });
            Assert.True(batch.Buffer.Length <= 4 * file.Length + 4096);
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("ab", "looks like text")]
    [InlineData("10:11:12.1 IP a.1 > b.2", "looks like text")]
    [InlineData("snoop\0\0\0\0\0\0\u0002", "snoop")]
    [InlineData("PK\u0003\u0004....", "zip archive")]
    [InlineData("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008", "not a pcap or pcapng capture")]
    public void Other_files_are_refused_with_a_hint(string content, string hint)
    {
        CaptureException error = Assert.Throws<CaptureException>(() => CaptureFile.Open(Write(System.Text.Encoding.Latin1.GetBytes(content))));
        Assert.Equal(CaptureError.NotACaptureFile, error.Error);
        Assert.Contains(hint, error.Message);
    }

    [Fact]
    public void What_cannot_be_opened_says_why()
    {
        string missing = Path.Combine(_folder.FullName, "missing");
        CaptureException noFile = Assert.Throws<CaptureException>(() => CaptureFile.Open(missing));
        Assert.Equal(CaptureError.CaptureFileUnreadable, noFile.Error);
        Assert.Contains(missing, noFile.Message);
        CaptureException folder = Assert.Throws<CaptureException>(() => CaptureFile.Open(_folder.FullName));
        Assert.Equal(CaptureError.CaptureFileUnreadable, folder.Error);
        Assert.Contains("directory", folder.Message);
    }

    [Fact]
    public void Progress_and_counters_are_told()
    {
        byte[] bytes = Pcap(false);
        using CaptureFile file = CaptureFile.Open(Write(bytes));
        Assert.Equal(bytes.Length, file.TotalBytes);
        Assert.False(file.IsLive);
        Assert.Equal(12, Captures.ReadAll(() => file).Frames.Count);
        Assert.Equal(bytes.Length, file.BytesRead);
        Assert.Equal(new SourceCounters(12, bytes.Length - 24 - (12 * 16), null, null), file.Counters);
    }

    [Fact]
    public async Task A_pipe_passes_on_what_has_arrived_and_can_be_cancelled()
    {
        using AnonymousPipeServerStream server = new(PipeDirection.Out);
        using CaptureFile file = CaptureFile.Open(new AnonymousPipeClientStream(PipeDirection.In, server.GetClientHandleAsString()), "pipe");
        Assert.Null(file.TotalBytes);
        byte[] bytes = Pcap(false);
        server.Write(bytes.AsSpan(0, bytes.Length - 1));
        FrameBatch batch = new();
        int frames = 0;
        while (frames < 11)
        {
            Assert.True(file.Read(batch));
            frames += batch.Count;
        }

        Task<bool> waiting = Task.Run(() => file.Read(batch));
        Assert.False(waiting.IsCompleted);
        file.Cancel();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(file.Read(batch));
    }

    [Fact]
    public async Task A_named_pipe_by_its_path_is_read_and_can_be_cancelled()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Path.Combine(_folder.FullName, "fifo");
        using (System.Diagnostics.Process mkfifo = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            await mkfifo.WaitForExitAsync();
        }

        byte[] bytes = PcapNg(true);
        if (OperatingSystem.IsLinux())
        {
            using CaptureFile early = CaptureFile.Open(path); // Nobody has opened it to write.
            Task<bool> nothing = Task.Run(() => early.Read(new FrameBatch()));
            early.Cancel();
            Assert.False(await nothing.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        Task<FileStream> opening = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        using CaptureFile file = CaptureFile.Open(path);
        using FileStream writer = await opening;
        writer.Write(bytes);
        writer.Flush();
        FrameBatch batch = new();
        int frames = 0;
        while (frames < 19)
        {
            Assert.True(file.Read(batch));
            frames += batch.Count;
        }

        Task<bool> waiting = Task.Run(() => file.Read(batch));
        file.Cancel();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frame_costs_no_garbage(bool nextGeneration)
    {
        MemoryStream stream = new();
        using PcapWriter pcap = new(stream, LinkType.Ethernet);
        if (nextGeneration)
        {
            stream.SetLength(0);
            using PcapNgWriter writer = new(stream);
            int id = writer.AddInterface(LinkType.Ethernet);
            for (int i = 0; i < 100_000; i++)
            {
                writer.Write(id, i, new byte[100]);
            }
        }
        else
        {
            for (int i = 0; i < 100_000; i++)
            {
                pcap.Write(i, new byte[100]);
            }
        }

        using CaptureFile file = CaptureFile.Open(Write(stream.ToArray()));
        FrameBatch batch = new();
        Assert.True(file.Read(batch));
        int frames = batch.Count;
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (file.Read(batch))
        {
            frames += batch.Count;
        }

        long garbage = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(100_000, frames);
        Assert.True(garbage < frames / 2, $"{garbage} bytes");      // the odd growth of the carried piece, and what a collection meanwhile puts on the account
    }

    /// <summary>Every capture of the shared collection, where that is present, has as many packets as tshark counts in it.</summary>
    [Fact]
    public void Agrees_with_the_corpus_on_packets()
    {
        DirectoryInfo? up = new(AppContext.BaseDirectory);
        while (up is not null && !Directory.Exists(Path.Combine(up.FullName, "shared", "corpus", "dev", "captures")))
        {
            up = up.Parent;
        }

        if (up is null)
        {
            return;
        }

        string corpus = Path.Combine(up.FullName, "shared", "corpus", "dev");
        FrameBatch batch = new();
        List<string> wrong = [];
        foreach (string path in Directory.EnumerateFiles(Path.Combine(corpus, "captures")))
        {
            long packets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(corpus, "truth", Path.GetFileName(path) + ".json"))).RootElement.GetProperty("packets").GetInt64();
            long seen = 0;
            string? error = null;
            try
            {
                using CaptureFile file = CaptureFile.Open(path);
                while (file.Read(batch))
                {
                    seen += batch.Count;
                }
            }
            catch (CaptureException exception)
            {
                error = exception.Message;
            }

            if (seen != packets)
            {
                wrong.Add($"{Path.GetFileName(path)}: {seen} instead of {packets} {error}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
