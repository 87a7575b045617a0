using System.Runtime.CompilerServices;
using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <summary>Where a packet of a <see cref="PacketBatch"/> belongs, worked out once, before its shard sees it.</summary>
internal struct PacketRoute
{
    public FlowKey Key;
    public ulong Hash;

    /// <summary>Start of its frame in the batch's buffer.</summary>
    public int FrameOffset;
    public ushort InterfaceId;

    /// <summary>0 when side A of the key sent it, else 1.</summary>
    public byte Sender;
}

/// <summary>The packets of one <see cref="Deal"/> that belong to one shard, in order.</summary>
internal sealed class PacketBatch
{
    private const int InitialCapacity = 256;

    public Packet[] Packets = new Packet[InitialCapacity];
    public PacketRoute[] Routes = new PacketRoute[InitialCapacity];
    public int Count;

    /// <summary>The bytes that packets marked <see cref="PacketTraits.Reassembled"/> point into; empty mostly.</summary>
    public byte[] Reassembled = [];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnsureRoomFor(int more)
    {
        if (Count + more > Packets.Length)
        {
            Array.Resize(ref Packets, Packets.Length * 2);
            Array.Resize(ref Routes, Routes.Length * 2);
        }
    }

    /// <summary>The captured transport header of a packet, options included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> HeaderOf(in Packet packet, in PacketRoute route, FrameBatch frames)
    {
        int length = Math.Max(0, packet.PayloadOffset - packet.TransportOffset);
        return (packet.Traits & PacketTraits.Reassembled) != 0
            ? Reassembled.AsSpan(packet.TransportOffset, length)
            : frames.Buffer.AsSpan(route.FrameOffset + packet.TransportOffset, length);
    }

    /// <summary>The captured transport payload of a packet.</summary>
    public ReadOnlySpan<byte> PayloadOf(in Packet packet, in PacketRoute route, FrameBatch frames) =>
        (packet.Traits & PacketTraits.Reassembled) != 0
            ? Reassembled.AsSpan(packet.PayloadOffset, packet.PayloadLength)
            : frames.Buffer.AsSpan(route.FrameOffset + packet.PayloadOffset, packet.PayloadLength);

    /// <summary>The captured transport header (or ARP packet) and payload of a packet that was not put together from fragments.</summary>
    public static ReadOnlySpan<byte> TransportOf(in Packet packet, in PacketRoute route, FrameBatch frames) =>
        frames.Buffer.AsSpan(route.FrameOffset + packet.TransportOffset, packet.PayloadOffset + packet.PayloadLength - packet.TransportOffset);
}

/// <summary>A batch of frames and its packets, dealt to the shards: what travels between threads, and is used again when all are done with it.</summary>
internal sealed class Deal
{
    private int _pending;

    public Deal(int shards)
    {
        Hands = new PacketBatch[shards];
        for (int i = 0; i < shards; i++)
        {
            Hands[i] = new PacketBatch();
        }
    }

    public FrameBatch Frames { get; } = new();

    /// <summary>One batch of packets for each shard.</summary>
    public PacketBatch[] Hands { get; }

    public void Clear()
    {
        foreach (PacketBatch hand in Hands)
        {
            hand.Count = 0;
        }
    }

    /// <summary>Says how many shards will work on it.</summary>
    public void Share(int shards) => Volatile.Write(ref _pending, shards);

    /// <summary>One shard is done.</summary>
    /// <returns>True for the last one.</returns>
    public bool Done() => Interlocked.Decrement(ref _pending) == 0;
}
