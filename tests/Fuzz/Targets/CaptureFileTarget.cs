using NetMonitor.Capture;
using NetMonitor.Tests.Capture;
using NetMonitor.Tests.Packets;

namespace NetMonitor.Fuzz.Targets;

/// <summary>A capture file, whole and in pieces of any size: the same frames, and the same error at the same byte.</summary>
internal sealed class CaptureFileTarget(bool isPcapNg) : FuzzTarget
{
    private readonly FrameBatch _batch = new();

    public override string Name => isPcapNg ? "pcapng" : "pcap";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            byte[] frame = Wire.EthernetUdpIn4;
            foreach (bool bigEndian in (bool[])[false, true])
            {
                if (isPcapNg)
                {
                    yield return new CaptureBytes(bigEndian).Section().Interface(name: "eth0", resolution: 9, offset: 5).Interface(snap: 8, resolution: 0x8A)
                        .Enhanced(0, 1_700_000_000_000_000_000, frame).Simple(100, frame).Enhanced(1, 5, frame, 100).Obsolete(0, 7, frame)
                        .Section().Interface().Enhanced(0, 1, frame).ToArray();
                }
                else
                {
                    yield return new CaptureBytes(bigEndian).PcapHeader().PcapRecord(1_700_000_000, 5, frame).PcapRecord(1, 2, frame, 1000).ToArray();
                    yield return new CaptureBytes(bigEndian).PcapHeader(magic: 0xA1B23C4D, link: 113).PcapRecord(1, 999_999_999, frame).ToArray();
                }
            }
        }
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        (List<Seen> frames, CaptureException? error) = Read(new MemoryStream(bytes), bytes.Length);
        Random random = new(bytes.Length);
        (List<Seen> again, CaptureException? otherError) = Read(new DribbleStream(bytes, () => random.Next(1, 64)), bytes.Length);
        if (error?.Message == otherError?.Message && error?.Offset == otherError?.Offset && frames.SequenceEqual(again))
        {
            return;
        }

        // What the framework had decompressed before it met damage is lost with the call that met it, and what it says of a damaged header depends on the pieces.
        bool isZipped = IsZipped(error) || IsZipped(otherError);
        throw new BrokenInvariantException(
            $"pieces give the frames and the error of the whole{(isZipped ? " (gzip)" : "")}\n--- whole: {frames.Count}\n{error?.Message}\n--- otherwise: {again.Count}\n{otherError?.Message}",
            isNote: isZipped);
    }

    private static bool IsZipped(CaptureException? error) => error is { Message: var message } && message.Contains("gzip", StringComparison.Ordinal);

    private (List<Seen> Frames, CaptureException? Error) Read(Stream stream, int length)
    {
        (List<Seen> frames, CaptureException? error) = Captures.ReadAll(() => CaptureFile.Open(stream, "fuzz"), _batch);
        BrokenInvariantException.Unless(IsZipped(error) || frames.Sum(frame => frame.Data.Length / 2) <= length, "frames are bytes of the file");
        BrokenInvariantException.Unless(frames.All(frame => frame.WireLength >= frame.Data.Length / 2), "no more is captured than was on the wire");
        return (frames, error);
    }
}
