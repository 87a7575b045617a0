using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>What one side of a TCP connection has done, a bit each.</summary>
[Flags]
internal enum TcpSideFlags : byte
{
    None = 0,

    /// <summary>Sent a SYN.</summary>
    Syn = 1,

    /// <summary>Its SYN was acknowledged by the other side.</summary>
    SynAcked = 2,

    /// <summary>Sent a FIN.</summary>
    Fin = 4,

    /// <summary>Its FIN was acknowledged by the other side.</summary>
    FinAcked = 8,

    /// <summary>Sent its FIN after it had acknowledged the other side's: it closed second.</summary>
    FinSecond = 16,

    /// <summary>Sent a segment that only an open connection sends (ACK without SYN).</summary>
    Open = 32,

    /// <summary><see cref="TcpSide.Next"/> is set.</summary>
    Sequenced = 64,
}

/// <summary>One side's sequence numbers.</summary>
internal struct TcpSide
{
    /// <summary>One past the highest sequence number sent (SND.NXT as a watcher sees it).</summary>
    public uint Next;

    /// <summary>The highest acknowledgment number sent.</summary>
    public uint Acknowledged;

    /// <summary>Initial sequence number, when <see cref="TcpSideFlags.Syn"/>.</summary>
    public uint Initial;

    /// <summary>One past its FIN, when <see cref="TcpSideFlags.Fin"/>.</summary>
    public uint FinEnd;

    /// <summary>When <see cref="Next"/> last advanced, nanoseconds since 1970.</summary>
    public long NextTime;
    public uint Retransmits;
    public uint OutOfOrder;
    public TcpSideFlags Flags;
}

/// <summary>
/// A TCP connection as a watcher on the path sees it: what each side has sent and had acknowledged. The state either side is in follows from
/// that by <see cref="TcpStateTable"/>, so it makes no difference from where one looks.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct TcpTrack
{
    /// <summary>Bytes: two cache lines of 64.</summary>
    public const int Size = 128;


    /// <summary>Segments later than this after the highest one are sent again; earlier ones were overtaken (Wireshark's rule, when no RTT is known).</summary>
    private const long OutOfOrderWindow = 3 * UnixTime.NanosecondsPerMillisecond;

    private TcpSide _a;
    private TcpSide _b;
    private long _synTime;

    /// <summary>SYN to the ACK that ends the handshake, nanoseconds (Wireshark's initial RTT): the whole path, wherever one watches; 0 while unknown.</summary>
    public long HandshakeRtt { get; private set; }

    /// <summary>A RST was sent.</summary>
    public bool Reset { get; private set; }

    /// <summary>When it reached <see cref="ConnectionState.CLOSED"/> or <see cref="ConnectionState.TIME_WAIT"/> for the local side; 0 before.</summary>
    public long TerminalSince { get; set; }

    public readonly long Retransmits => (long)_a.Retransmits + _b.Retransmits;

    public readonly long OutOfOrder => (long)_a.OutOfOrder + _b.OutOfOrder;

    /// <summary>True when a terminal state is possible: a RST, or a FIN from both sides.</summary>
    public readonly bool MayBeOver => Reset || (_a.Flags & _b.Flags & TcpSideFlags.Fin) != 0;

    /// <summary>The initial sequence number of a side, when its SYN was seen.</summary>
    public readonly bool TryGetInitialSequence(int side, out uint initial)
    {
        TcpSide of = side == 0 ? _a : _b;
        initial = of.Initial;
        return (of.Flags & TcpSideFlags.Syn) != 0;
    }

    /// <summary>The state of one side.</summary>
    public readonly ConnectionState State(int side) =>
        TcpStateTable.Lookup(side == 0 ? _a.Flags : _b.Flags, side == 0 ? _b.Flags : _a.Flags, Reset);

    /// <summary>True when a SYN must begin a new connection of the same tuple: the old one is over, or the SYN carries another initial sequence number.</summary>
    public readonly bool IsNewConnection(int sender, in Packet packet)
    {
        if ((packet.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) != TcpFlags.Syn)
        {
            return false;
        }

        TcpSide side = sender == 0 ? _a : _b;
        bool sameSyn = (side.Flags & TcpSideFlags.Syn) != 0 && side.Initial == packet.Sequence;
        return !sameSyn && (MayBeOver || (side.Flags & TcpSideFlags.Syn) != 0);
    }

    /// <summary>Takes in one segment.</summary>
    /// <param name="sender">The side that sent it.</param>
    /// <param name="packet">The segment.</param>
    public void Update(int sender, in Packet packet)
    {
        ref TcpSide from = ref sender == 0 ? ref _a : ref _b;
        ref TcpSide to = ref sender == 0 ? ref _b : ref _a;
        TcpFlags flags = packet.Flags;
        if ((flags & TcpFlags.Rst) != 0)
        {
            Reset = true;
            return;
        }

        if ((flags & TcpFlags.Ack) != 0)
        {
            Acknowledge(ref from, ref to, packet);
        }

        if ((flags & TcpFlags.Syn) != 0)
        {
            Synchronize(ref from, packet);
        }
        else if ((flags & TcpFlags.Ack) != 0)
        {
            from.Flags |= TcpSideFlags.Open;
        }

        Advance(ref from, to, packet);
        if ((flags & TcpFlags.Fin) != 0 && (from.Flags & TcpSideFlags.Fin) == 0)
        {
            from.FinEnd = packet.Sequence + (uint)packet.WirePayloadLength + 1;
            from.Flags |= TcpSideFlags.Fin | ((to.Flags & TcpSideFlags.FinAcked) != 0 ? TcpSideFlags.FinSecond : 0);
        }
    }

    /// <summary>Serial number comparison (RFC 1982): how far <paramref name="a"/> is past <paramref name="b"/>.</summary>
    private static int Distance(uint a, uint b) => (int)(a - b);

    private void Synchronize(ref TcpSide from, in Packet packet)
    {
        from.Flags |= TcpSideFlags.Syn;
        from.Initial = packet.Sequence;
        if ((packet.Flags & TcpFlags.Ack) == 0)
        {
            _synTime = packet.Timestamp;
        }
    }

    private void Acknowledge(ref TcpSide from, ref TcpSide to, in Packet packet)
    {
        if ((from.Flags & (TcpSideFlags.Open | TcpSideFlags.Syn)) == 0 || Distance(packet.Acknowledgment, from.Acknowledged) > 0)
        {
            from.Acknowledged = packet.Acknowledgment;
        }

        if ((to.Flags & (TcpSideFlags.Syn | TcpSideFlags.SynAcked)) == TcpSideFlags.Syn && Distance(packet.Acknowledgment, to.Initial) > 0)
        {
            to.Flags |= TcpSideFlags.SynAcked;
            if (_synTime != 0 && HandshakeRtt == 0 && (packet.Flags & TcpFlags.Syn) == 0)
            {
                HandshakeRtt = Math.Max(0, packet.Timestamp - _synTime);
            }
        }

        if ((to.Flags & (TcpSideFlags.Fin | TcpSideFlags.FinAcked)) == TcpSideFlags.Fin && Distance(packet.Acknowledgment, to.FinEnd) >= 0)
        {
            to.Flags |= TcpSideFlags.FinAcked;
        }
    }

    /// <summary>Moves the highest sequence number on, or tells a segment sent again from one that was overtaken (as Wireshark's tcp.analysis does).</summary>
    private readonly void Advance(ref TcpSide from, in TcpSide to, in Packet packet)
    {
        uint length = (uint)packet.WirePayloadLength + ((packet.Flags & TcpFlags.Syn) != 0 ? 1u : 0) + ((packet.Flags & TcpFlags.Fin) != 0 ? 1u : 0);
        uint end = packet.Sequence + length;
        if ((from.Flags & TcpSideFlags.Sequenced) == 0 || Distance(end, from.Next) > 0)
        {
            from.Next = end;
            from.NextTime = packet.Timestamp;
            from.Flags |= TcpSideFlags.Sequenced;
            return;
        }

        bool keepAlive = packet.WirePayloadLength <= 1 && packet.Sequence == from.Next - 1 && (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0;
        if (length == 0 || keepAlive || Distance(packet.Sequence, from.Next) >= 0)
        {
            return;
        }

        bool acknowledged = (to.Flags & (TcpSideFlags.Open | TcpSideFlags.Syn)) != 0 && Distance(to.Acknowledged, end) >= 0;
        long window = HandshakeRtt != 0 ? HandshakeRtt : OutOfOrderWindow;
        if (!acknowledged && end != from.Next && packet.Timestamp - from.NextTime < window)
        {
            from.OutOfOrder++;
        }
        else
        {
            from.Retransmits++;
        }
    }
}
