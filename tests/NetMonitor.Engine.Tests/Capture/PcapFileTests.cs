using NetMonitor.Capture;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Capture;

public class PcapFileTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(0xA1B2C3D4, false, 5_000)]
    [InlineData(0xA1B2C3D4, true, 5_000)]
    [InlineData(0xA1B23C4D, false, 5)]
    [InlineData(0xA1B23C4D, true, 5)]
    public void Reads_both_resolutions_in_both_byte_orders(uint magic, bool bigEndian, long nanoseconds)
    {
        byte[] file = new CaptureBytes(bigEndian).PcapHeader(magic).PcapRecord(100, 5, [1, 2, 3], 60).PcapRecord(4_000_000_000, 5, []).ToArray();
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(file);
        Assert.Null(error);
        Assert.Equal(
            [new Seen((100 * Second) + nanoseconds, 0, LinkType.Ethernet, 60, "010203"), new Seen((4_000_000_000 * Second) + nanoseconds, 0, LinkType.Ethernet, 0, "")],
            frames);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_modified_records(bool bigEndian)
    {
        CaptureBytes file = new CaptureBytes(bigEndian).PcapHeader(0xA1B2CD34);
        for (byte i = 1; i <= 2; i++)
        {
            file.U32(i, 7, 2, 2).U32(3).U16(0x0800).Raw(0, 0).Raw(i, i);
        }

        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(file.ToArray());
        Assert.Null(error);
        Assert.Equal([new Seen(Second + 7000, 0, LinkType.Ethernet, 2, "0101"), new Seen((2 * Second) + 7000, 0, LinkType.Ethernet, 2, "0202")], frames);
    }

    [Theory]
    [InlineData(0x3400_0001, LinkType.Ethernet)]    // FCS length 3 words and valid
    [InlineData(0x0224_0071, LinkType.LinuxSll)]    // a class
    [InlineData(12, LinkType.Raw)]
    [InlineData(14, LinkType.Raw)]
    [InlineData(147, (LinkType)147)]
    public void Takes_the_link_type_out_of_its_field(uint field, LinkType expected)
    {
        using CaptureFile file = CaptureFile.Open(new MemoryStream(new CaptureBytes(false).PcapHeader(link: field).ToArray()), "test");
        CaptureInterface only = Assert.Single(file.Interfaces);
        Assert.Equal(new CaptureInterface(0, null, null, expected, 65535), only);
    }

    [Fact]
    public void Wire_length_is_never_less_than_the_captured_length_nor_negative()
    {
        byte[] file = new CaptureBytes(false).PcapHeader().PcapRecord(1, 0, [1, 2, 3], 2).PcapRecord(1, 0, [1], uint.MaxValue).ToArray();
        Assert.Equal([3, int.MaxValue], Captures.ReadAll(file).Frames.Select(f => f.WireLength));
    }

    [Fact]
    public void A_nonsense_length_ends_the_file_there()
    {
        CaptureBytes file = new CaptureBytes(false).PcapHeader().PcapRecord(1, 0, [1, 2, 3]);
        int offset = file.Length;
        byte[] bytes = file.U32(2, 0, 0x7FFF_FFFF, 60).Raw(Captures.Data(1000)).ToArray();
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(bytes);
        Assert.Single(frames);
        Assert.Equal(CaptureError.CaptureFileDamaged, error!.Error);
        Assert.Equal(offset, error.Offset);
        Assert.Contains($"byte {offset}", error.Message);
    }

    [Fact]
    public void Records_larger_than_the_batch_are_read_whole()
    {
        byte[] large = Captures.Data(3 << 20);
        byte[] file = new CaptureBytes(false).PcapHeader().PcapRecord(1, 0, [1]).PcapRecord(2, 0, large).PcapRecord(3, 0, [3]).ToArray();
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(file);
        Assert.Null(error);
        Assert.Equal(["01", Convert.ToHexString(large), "03"], frames.Select(f => f.Data));
    }

    [Fact]
    public void Batches_of_any_size_give_the_same_frames()
    {
        using MemoryStream stream = new();
        using PcapWriter writer = new(stream, LinkType.Ethernet);
        Random random = new(7);
        for (int i = 0; i < 20_000; i++)
        {
            writer.Write(i, Captures.Data(random.Next(0, i % 100 == 0 ? 9000 : 200), i));
        }

        byte[] file = stream.ToArray();
        List<Seen> expected = Captures.ReadAll(file).Frames;
        Assert.Equal(20_000, expected.Count);
        foreach ((int capacity, int frames) in new[] { (64, 1), (1000, 7), (100_000, 100_000), (1 << 20, 100) })
        {
            (List<Seen> seen, CaptureException? error) = Captures.ReadAll(() => CaptureFile.Open(new MemoryStream(file), "test"), new FrameBatch(capacity, frames));
            Assert.Null(error);
            Assert.Equal(expected, seen);
        }
    }

    [Theory]
    [InlineData(true, 123_456_789)]
    [InlineData(false, 123_456_000)]
    public void Reads_what_the_writer_wrote(bool nanoseconds, long expected)
    {
        using MemoryStream stream = new();
        using PcapWriter writer = new(stream, LinkType.LinuxSll2, nanoseconds, 77);
        writer.Write((5 * Second) + 123_456_789, [9, 8], 60);
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(stream.ToArray());
        Assert.Null(error);
        Assert.Equal([new Seen((5 * Second) + expected, 0, LinkType.LinuxSll2, 60, "0908")], frames);
    }
}
