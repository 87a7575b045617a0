using System.Runtime.CompilerServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <content>
/// What a segment tells of the path. The rules, their order and their odd corners are those of Wireshark's tcp.analysis (User's Guide, "TCP
/// Analysis"), so that the numbers agree; docs/numbers.md says them in words and how far they agree.
/// </content>
internal partial struct TcpTrack
{
    /// <summary>A segment that ends before the highest one and comes within this (or the handshake's round trip, when known) was overtaken.</summary>
    private const long OutOfOrderWindow = 3 * UnixTime.NanosecondsPerMillisecond;

    /// <summary>A retransmission within this of repeated acknowledgments was asked for by them.</summary>
    private const long FastRetransmissionWindow = 20 * UnixTime.NanosecondsPerMillisecond;

    private const int DuplicateAcksForFast = 2;

    /// <summary>One tick is 100 ns: <see cref="TimeSpan"/>'s, and enough for a network.</summary>
    private const int NanosecondsPerTick = 100;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TcpFindings Analyze(ref TcpSide from, ref TcpSide to, in Packet packet)
    {
        TcpFlags flags = packet.Flags;
        uint length = (uint)packet.WirePayloadLength;
        SetBases(ref from, ref to, packet);
        TcpFindings findings = length == 1 && packet.Sequence == from.Next && to.Window == 0 && to.Is(TcpSideFlags.Heard)
            ? TcpFindings.ZeroWindowProbe
            : Acknowledgments(ref from, to, packet);
        if (packet.Acknowledgment != from.LastAck)
        {
            from.DuplicateAcks = 0;
        }

        if ((flags & TcpFlags.Ack) != 0 && to.Contiguous != 0 && Distance(packet.Acknowledgment, to.Contiguous) > 0)
        {
            findings |= AckUnseen(ref to);
        }

        if (length > 0 || (flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0)
        {
            findings |= SentAgain(from, to, packet, findings);
            _dataSegments += length > 0 ? 1u : 0;
        }

        Advance(ref from, packet, findings);
        return findings;
    }

    /// <summary>Where each side's numbers begin: by its SYN, else one before what was seen first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetBases(ref TcpSide from, ref TcpSide to, in Packet packet)
    {
        if (!from.Is(TcpSideFlags.Based))
        {
            from.Initial = (packet.Flags & TcpFlags.Syn) != 0 ? packet.Sequence : packet.Sequence - 1;
            from.Flags |= TcpSideFlags.Based;
        }

        if (!to.Is(TcpSideFlags.Based) && (packet.Flags & TcpFlags.Ack) != 0)
        {
            to.Initial = packet.Acknowledgment - 1;
            to.Flags |= TcpSideFlags.Based;
        }
    }

    /// <summary>What the numbers say before it is asked whether the segment came again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TcpFindings Acknowledgments(ref TcpSide from, in TcpSide to, in Packet packet)
    {
        uint length = (uint)packet.WirePayloadLength;
        var findings = TcpFindings.None;
        if (from.Next != 0 && Distance(packet.Sequence, from.Next) > 0 && (packet.Flags & TcpFlags.Rst) == 0)
        {
            findings |= TcpFindings.LostSegment;
        }

        if ((packet.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0)
        {
            return findings;
        }

        if (packet.Window == 0)
        {
            findings |= TcpFindings.ZeroWindow;
        }

        if (length <= 1 && packet.Sequence == from.Next - 1)
        {
            findings |= TcpFindings.KeepAlive;
        }

        if (length > 0)
        {
            bool fills = to.ScalePlusOne != 0 && to.Is(TcpSideFlags.Heard) && packet.Sequence + length == to.LastAck + to.ScaledWindow;
            return fills ? findings | TcpFindings.WindowFull : findings;
        }

        bool repeats = from.Is(TcpSideFlags.Heard) && packet.Window == from.Window && packet.Sequence == from.Next && packet.Acknowledgment == from.LastAck;
        if (!repeats)
        {
            return findings;
        }

        if (packet.Window == 0)
        {
            return to.Is(TcpSideFlags.LastWasProbe) ? findings | TcpFindings.ZeroWindowProbeAck : findings;
        }

        if (to.Is(TcpSideFlags.LastWasKeepAlive))
        {
            return findings | TcpFindings.KeepAliveAck;
        }

        from.DuplicateAcks = from.DuplicateAcks < 0 ? (short)1 : (short)Math.Min(from.DuplicateAcks + 1, short.MaxValue);
        return findings | TcpFindings.DuplicateAck;
    }

    /// <summary>The other side's data was acknowledged though it was not seen: said once for a gap.</summary>
    private static TcpFindings AckUnseen(ref TcpSide to)
    {
        if (to.Contiguous > to.Next)
        {
            to.Contiguous = to.Next;
            return TcpFindings.AckedUnseen;
        }

        bool isNew = to.DuplicateAcks == 0;
        to.DuplicateAcks = -1;
        return isNew ? TcpFindings.AckedUnseen : TcpFindings.None;
    }

    /// <summary>Why a segment begins before the highest number of its side: it was sent again, or overtaken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly TcpFindings SentAgain(in TcpSide from, in TcpSide to, in Packet packet, TcpFindings findings)
    {
        if ((findings & TcpFindings.KeepAlive) != 0)
        {
            return TcpFindings.None;
        }

        uint length = (uint)packet.WirePayloadLength;
        uint end = packet.Sequence + length;
        if (length > 0 && to.LastAck != 0 && Distance(end, to.LastAck) <= 0)
        {
            return TcpFindings.Retransmission | TcpFindings.SpuriousRetransmission;
        }

        // More than one byte from one before the expected number on: what follows the probe of a zero window.
        bool isBehind = from.Next != 0 && Distance(packet.Sequence, from.Next) < 0 && !(length > 1 && from.Next - 1 == packet.Sequence);
        if (!isBehind)
        {
            return TcpFindings.None;
        }

        if (to.DuplicateAcks >= DuplicateAcksForFast && to.LastAck == packet.Sequence
            && (ulong)(packet.Timestamp - to.LastTime) < FastRetransmissionWindow)
        {
            return TcpFindings.Retransmission | TcpFindings.FastRetransmission;
        }

        long window = _handshakeRtt > TooShort ? (long)_handshakeRtt * NanosecondsPerTick : OutOfOrderWindow;
        end += (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0;
        return (ulong)(packet.Timestamp - from.NextTime) < (ulong)window && from.Next != end ? TcpFindings.OutOfOrder : TcpFindings.Retransmission;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(ref TcpSide from, in Packet packet, TcpFindings findings)
    {
        uint end = packet.Sequence + (uint)packet.WirePayloadLength + ((packet.Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0);
        if ((findings & TcpFindings.ZeroWindowProbe) == 0)
        {
            if (from.Next == 0 || Distance(end, from.Next) > 0)
            {
                from.Next = end;
                from.NextTime = packet.Timestamp;
            }

            if (from.Contiguous == 0 || packet.Sequence == from.Contiguous)
            {
                from.Contiguous = from.Next;
            }
        }

        from.Window = packet.Window;
        from.LastAck = packet.Acknowledgment;
        from.LastTime = packet.Timestamp;
        from.Flags = (from.Flags & ~(TcpSideFlags.LastWasKeepAlive | TcpSideFlags.LastWasProbe)) | TcpSideFlags.Heard
            | ((findings & TcpFindings.KeepAlive) != 0 ? TcpSideFlags.LastWasKeepAlive : 0)
            | ((findings & TcpFindings.ZeroWindowProbe) != 0 ? TcpSideFlags.LastWasProbe : 0);
    }

    /// <summary>A time that was measured though the capture's clock is too coarse for it; it is not shown, and not measured again. 0 is not measured.</summary>
    private const uint TooShort = 1;

    /// <summary>A time that was measured: at least <see cref="TooShort"/>, no more than 429 s.</summary>
    private static uint Ticks(long nanoseconds) => (uint)Math.Clamp(nanoseconds / NanosecondsPerTick, TooShort, uint.MaxValue);
}
