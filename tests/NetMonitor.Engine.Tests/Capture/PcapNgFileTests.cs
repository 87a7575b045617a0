using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Capture;

public class PcapNgFileTests
{
    private const long Second = 1_000_000_000;
    private const uint NameResolution = 4;
    private const uint InterfaceStatistics = 5;
    private const uint DecryptionSecrets = 10;
    private const uint Custom = 0xBAD;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_all_packet_blocks(bool bigEndian)
    {
        byte[] file = new CaptureBytes(bigEndian).Section().Interface(link: 101, snap: 4, name: "eth0", description: "uplink\u0007")
            .Enhanced(0, 1_500_000, [1, 2, 3, 4], 90)
            .Simple(90, [5, 6, 7, 8])
            .Simple(3, [5, 6, 7])
            .Obsolete(0, 2_000_000, [9])
            .ToArray();
        using CaptureFile source = CaptureFile.Open(new MemoryStream(file), "test");
        Assert.Equal([new CaptureInterface(0, "eth0", "uplink", LinkType.Raw, 4)], source.Interfaces);
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(() => source);
        Assert.Null(error);
        Assert.Equal(
            [
                new Seen(1_500_000_000, 0, LinkType.Raw, 90, "01020304"),
                new Seen(1_500_000_000, 0, LinkType.Raw, 90, "05060708"),
                new Seen(1_500_000_000, 0, LinkType.Raw, 3, "050607"),
                new Seen(2_000_000_000, 0, LinkType.Raw, 1, "09"),
            ],
            frames);
    }

    [Fact]
    public void Sections_have_their_own_byte_order_and_interfaces()
    {
        byte[] first = new CaptureBytes(false).Section().Interface(name: "a").Interface(link: 113, name: "b").Enhanced(1, 1_000_000, [1]).ToArray();
        byte[] second = new CaptureBytes(true).Section().Interface(link: 276, name: "c", resolution: 9).Enhanced(0, 7, [2]).ToArray();
        using CaptureFile source = CaptureFile.Open(new MemoryStream([.. first, .. second]), "test");
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(() => source);
        Assert.Null(error);
        Assert.Equal([new Seen(Second, 1, LinkType.LinuxSll, 1, "01"), new Seen(7, 2, LinkType.LinuxSll2, 1, "02")], frames);
        Assert.Equal(["a", "b", "c"], source.Interfaces.Select(i => i.Name));
        Assert.Equal([0, 1, 2], source.Interfaces.Select(i => i.Id));
    }

    [Theory]
    [InlineData(0, 3, 0, 3 * Second)]
    [InlineData(3, 1_234, 0, 1_234_000_000)]
    [InlineData(6, 1_234, 0, 1_234_000)]
    [InlineData(9, 1_234, 0, 1_234)]
    [InlineData(12, 1_234_999, 0, 1_234)]
    [InlineData(0x80, 3, 0, 3 * Second)]
    [InlineData(0x8A, 1536, 0, 1_500_000_000)]
    [InlineData(0xA0, 3UL << 31, 0, 1_500_000_000)]
    [InlineData(0xC0, 1UL << 63, 0, 500_000_000)]
    [InlineData(6, 1, 100, (100 * Second) + 1000)]
    [InlineData(6, 200_000_000, -100, 100 * Second)]
    [InlineData(0, ulong.MaxValue, 0, long.MaxValue)]
    [InlineData(0x7F, ulong.MaxValue, 0, 1)]
    [InlineData(6, 0, long.MinValue, long.MinValue)]
    public void Time_has_any_resolution_and_offset(byte resolution, ulong units, long offset, long expected)
    {
        foreach (bool bigEndian in new[] { false, true })
        {
            byte[] file = new CaptureBytes(bigEndian).Section().Interface(resolution: resolution, offset: offset).Enhanced(0, units, [1]).ToArray();
            (List<Seen> frames, CaptureException? error) = Captures.ReadAll(file);
            Assert.Null(error);
            Assert.Equal(expected, Assert.Single(frames).Timestamp);
        }
    }

    [Fact]
    public void Other_blocks_are_passed_over_however_large()
    {
        byte[] file = new CaptureBytes(false).Section().Block(NameResolution, new byte[40]).Interface().Block(Custom, Captures.Data(5 << 20))
            .Enhanced(0, 1, [1]).Block(DecryptionSecrets, Captures.Data(3 << 20)).Enhanced(0, 1, [2]).Block(InterfaceStatistics, new byte[24]).ToArray();
        FrameBatch batch = new();
        foreach (Func<CaptureFile> open in (Func<CaptureFile>[])
            [() => CaptureFile.Open(new MemoryStream(file), "test"), () => CaptureFile.Open(new DribbleStream(file, () => 50_000), "test")])
        {
            (List<Seen> frames, CaptureException? error) = Captures.ReadAll(open, batch);
            Assert.Null(error);
            Assert.Equal(["01", "02"], frames.Select(f => f.Data));
        }

        Assert.Equal(FrameBatch.DefaultCapacity, batch.Buffer.Length);
    }

    public static TheoryData<string, byte[]> Damages()
    {
        CaptureBytes Start() => new CaptureBytes(false).Section().Interface().Enhanced(0, 1, [1, 2, 3, 4]);
        return new TheoryData<string, byte[]>
        {
            { "interface 3", Start().Enhanced(3, 1, [1]).ToArray() },
            { "captured bytes", Start().Block(6, new CaptureBytes(false).U32(0, 0, 0, 40, 40).Raw(new byte[4]).ToArray()).ToArray() },
            { "too short", Start().Block(6, new byte[8]).ToArray() },
            { "too short", Start().Block(1, new byte[4]).ToArray() },
            { "length of 5 ", Start().U32(6, 5).Raw(new byte[40]).ToArray() },
            { "length of 4294967292 ", Start().U32(6, 0xFFFF_FFFC).Raw(new byte[40]).ToArray() },
            { "lengths of a block differ", Start().U32(6, 36, 0, 0, 0, 4, 4, 0, 32).ToArray() },
            { "version 2", Start().Block(0x0A0D0D0A, new CaptureBytes(false).U32(0x1A2B3C4D).U16(2, 0).U32(0, 0).ToArray()).ToArray() },
            { "byte-order magic", Start().Block(0x0A0D0D0A, new byte[16]).ToArray() },
            { "before any interface", Start().Section().Simple(4, [1, 2, 3, 4]).ToArray() },
            { "before the end of a block", Start().U32(NameResolution, 4000).Raw(new byte[40]).ToArray() },
        };
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_named_with_its_offset(string words, byte[] file)
    {
        int offset = new CaptureBytes(false).Section().Interface().Enhanced(0, 1, [1, 2, 3, 4]).Length;
        offset += words.StartsWith("before any", StringComparison.Ordinal) ? new CaptureBytes(false).Section().Length : 0;
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(file);
        Assert.Single(frames);
        Assert.Equal(CaptureError.CaptureFileDamaged, error!.Error);
        Assert.Contains(words, error.Message);
        Assert.Equal(offset, error.Offset);
    }

    [Fact]
    public void Reads_what_the_writer_wrote()
    {
        using MemoryStream stream = new();
        using PcapNgWriter writer = new(stream);
        int eth = writer.AddInterface(LinkType.Ethernet, "eth0", "the first");
        int any = writer.AddInterface(LinkType.LinuxSll2, "any", snapLength: 96);
        writer.Write(eth, 1_700_000_000_123_456_789, [1, 2, 3]);
        writer.Write(any, 1_700_000_000_123_456_790, [4], 1500);
        writer.BeginSection();
        writer.Write(writer.AddInterface(LinkType.Raw), 5, [6]);
        using CaptureFile source = CaptureFile.Open(new MemoryStream(stream.ToArray()), "test");
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(() => source);
        Assert.Null(error);
        Assert.Equal(
            [
                new Seen(1_700_000_000_123_456_789, 0, LinkType.Ethernet, 3, "010203"),
                new Seen(1_700_000_000_123_456_790, 1, LinkType.LinuxSll2, 1500, "04"),
                new Seen(5, 2, LinkType.Raw, 1, "06"),
            ],
            frames);
        Assert.Equal(
            [
                new CaptureInterface(0, "eth0", "the first", LinkType.Ethernet, 262144),
                new CaptureInterface(1, "any", null, LinkType.LinuxSll2, 96),
                new CaptureInterface(2, null, null, LinkType.Raw, 262144),
            ],
            source.Interfaces);
    }
}
