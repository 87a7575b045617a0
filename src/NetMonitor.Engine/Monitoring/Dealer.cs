using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>
/// Decodes frames, once, and deals their packets to the shards by a symmetric hash of the flow key, so that both directions of a flow meet in
/// one shard. Fragments are put together before they are dealt, and a tunnelled packet is dealt by its own addresses. One thread uses it.
/// </summary>
internal sealed class Dealer
{
    /// <summary>Frames whose headers are fetched ahead.</summary>
    private const int Lookahead = 8;
    private const int CacheLine = 64;

    private readonly PacketDecoder _decoder = new();
    private readonly Packet[] _scratch = new Packet[PacketDecoder.MaxDepth];
    private readonly ulong _seed;
    private readonly int _shards;
    private readonly int _firstInterface;

    /// <param name="shards">How many shards to deal to.</param>
    /// <param name="seed">The secret that all dealers and flow tables of a session share.</param>
    /// <param name="firstInterface">The session's number of the source's first interface.</param>
    public Dealer(int shards, ulong seed, int firstInterface = 0)
    {
        _shards = shards;
        _seed = seed;
        _firstInterface = firstInterface;
    }

    public DecodeCounters Counters => _decoder.Counters;

    /// <summary>Decodes some frames of a deal into its hands, after emptying these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Play(Deal deal, int start, int count)
    {
        deal.Clear();
        _decoder.Reset();
        FrameBatch batch = deal.Frames;
        bool reassembled = false;
        int end = start + count;
        for (int i = start; i < end; i++)
        {
            Prefetch(batch, Math.Min(i + Lookahead, end - 1));
            ref FrameRecord frame = ref batch.Frames[i];
            reassembled |= _shards == 1 ? DecodeInto(deal.Hands[0], batch, i, ref frame) : DecodeAndDeal(deal, batch, i, ref frame);
        }

        if (reassembled)
        {
            foreach (PacketBatch hand in deal.Hands)
            {
                hand.Reassembled = _decoder.Reassembly.ToArray();
            }
        }
    }

    /// <summary>Fetches the lines that a frame's headers lie in: large frames are too far apart for the processor to see a pattern.</summary>
    private static unsafe void Prefetch(FrameBatch batch, int index)
    {
        if (Sse.IsSupported)
        {
            var headers = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(batch.Buffer)) + batch.Frames[index].Offset; // pinned
            Sse.Prefetch0(headers);
            Sse.Prefetch0(headers + CacheLine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool DecodeInto(PacketBatch hand, FrameBatch batch, int index, ref FrameRecord frame)
    {
        hand.EnsureRoomFor(PacketDecoder.MaxDepth);
        int found = _decoder.Decode(batch[index], frame.LinkType, frame.WireLength, frame.Timestamp, hand.Packets.AsSpan(hand.Count));
        bool reassembled = false;
        for (int n = 0; n < found; n++)
        {
            ref Packet packet = ref hand.Packets[hand.Count];
            Route(packet, frame, out hand.Routes[hand.Count]);
            reassembled |= (packet.Traits & PacketTraits.Reassembled) != 0;
            hand.Count++;
        }

        return reassembled;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool DecodeAndDeal(Deal deal, FrameBatch batch, int index, ref FrameRecord frame)
    {
        int found = _decoder.Decode(batch[index], frame.LinkType, frame.WireLength, frame.Timestamp, _scratch);
        bool reassembled = false;
        for (int n = 0; n < found; n++)
        {
            Route(_scratch[n], frame, out PacketRoute route);
            PacketBatch hand = deal.Hands[ShardOf(route.Hash, _shards)];
            hand.EnsureRoomFor(1);
            hand.Packets[hand.Count] = _scratch[n];
            hand.Routes[hand.Count++] = route;
            reassembled |= (_scratch[n].Traits & PacketTraits.Reassembled) != 0;
        }

        return reassembled;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Route(in Packet packet, in FrameRecord frame, out PacketRoute route)
    {
        FlowKey key = FlowKey.Of(packet, out int sender);
        route.Key = key;
        route.Hash = key.Hash(_seed);
        route.FrameOffset = frame.Offset;
        route.InterfaceId = (ushort)(_firstInterface + frame.InterfaceId);
        route.Sender = (byte)sender;
    }

    /// <summary>The shard that a flow of this hash belongs to.</summary>
    public static int ShardOf(ulong hash, int shards) => (int)(((hash & uint.MaxValue) * (ulong)shards) >> 32);
}
