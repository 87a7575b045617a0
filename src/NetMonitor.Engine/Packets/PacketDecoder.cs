using System.Runtime.CompilerServices;

namespace NetMonitor.Packets;

/// <summary>
/// Reads the headers of a frame, once, and says which packets are in it. Not thread-safe: it holds the fragments it waits for.
/// </summary>
public sealed partial class PacketDecoder
{
    /// <summary>The most IP layers of one frame that are looked into (outermost counted).</summary>
    public const int MaxDepth = 8;

    /// <summary>
    /// Link headers inside link headers, without limit otherwise (MPLS in Ethernet in MPLS …); far beyond what networks do.
    /// </summary>
    private const int MaxNesting = 24;

    private readonly FragmentReassembler _reassembler;

    /// <summary>Makes a decoder that waits for nothing yet.</summary>
    public PacketDecoder() => _reassembler = new FragmentReassembler(Counters.Fragments);

    /// <summary>What was met and could not be used, by reason.</summary>
    public DecodeCounters Counters { get; } = new();

    /// <summary>
    /// The reassembled datagrams that packets marked <see cref="PacketTraits.Reassembled"/> point into. Valid until <see cref="Reset"/>.
    /// </summary>
    public ReadOnlySpan<byte> Reassembly => _reassembler.Buffer;

    /// <summary>Decodes one frame.</summary>
    /// <param name="frame">The captured bytes, from the link-layer header on.</param>
    /// <param name="link">What the first byte is.</param>
    /// <param name="wireLength">The frame's length on the wire, in bytes; at least the captured length.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    /// <param name="packets">Receives the packets, outermost first. At least <see cref="MaxDepth"/> long.</param>
    /// <returns>How many packets were written; 0 for frames without IP or ARP, which <see cref="Counters"/> names. Never throws on any input.</returns>
    /// <remarks>
    /// Every field of the packets returned is written. A WLAN frame that aggregates several (A-MSDU) gives the packets of each, all of
    /// depth 0.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Decode(ReadOnlySpan<byte> frame, LinkType link, int wireLength, long timestamp, Span<Packet> packets)
    {
        Context context = new()
        {
            Data = frame,
            WireEnd = Math.Max(wireLength, frame.Length),
            Timestamp = timestamp,
            Packets = packets,
            Vlan = Packet.NoVlan,
        };
        if (link == LinkType.Ethernet)
        {
            DecodeEthernet(ref context, 0);
        }
        else
        {
            DecodeLink(ref context, link, 0);
        }

        Counters.CountFrame(context.Count);
        return context.Count;
    }

    /// <summary>Ends a batch: what <see cref="Reassembly"/> held may be overwritten.</summary>
    public void Reset() => _reassembler.Reset();

    /// <summary>Counts a header that could not be read; when the capture ends early that is why.</summary>
    private void Fail(ref Context context, Header header) => Counters.CountBad(header, context.Data.Length < context.WireEnd);

    /// <summary>
    /// Where the decoder is in a frame. Offsets count from the start of <see cref="Data"/>, which is the frame or the reassembly buffer.
    /// </summary>
    private ref struct Context
    {
        /// <summary>
        /// All captured bytes up to the end of the current layer: a layer that says its length cuts off padding and checksums.
        /// </summary>
        public ReadOnlySpan<byte> Data;

        /// <summary>Where the current layer ends on the wire; never less than the length of <see cref="Data"/>.</summary>
        public int WireEnd;

        /// <summary>Packets found so far.</summary>
        public int Count;

        /// <summary>Link headers entered so far.</summary>
        public int Nesting;

        public long Timestamp;
        public Span<Packet> Packets;

        /// <summary>Of the outermost tag.</summary>
        public ushort Vlan;

        /// <summary>What every packet found from here on is marked with.</summary>
        public PacketTraits Traits;

        /// <summary>IP layers around the current one.</summary>
        public byte Depth;

        /// <summary>The tunnel the current layer is in.</summary>
        public TunnelKind Tunnel;

        /// <summary>Captured bytes from <paramref name="offset"/> on; none when that lies behind the end.</summary>
        public readonly ReadOnlySpan<byte> From(int offset) => (uint)offset <= (uint)Data.Length ? Data[offset..] : default;

        /// <summary>The current layer ends at <paramref name="end"/> at the latest.</summary>
        public void Trim(int end)
        {
            if (end < WireEnd)
            {
                WireEnd = end;
                if (end < Data.Length)
                {
                    Data = Data[..Math.Max(end, 0)];
                }
            }
        }
    }
}
