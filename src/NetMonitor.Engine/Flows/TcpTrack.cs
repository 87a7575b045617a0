using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>
/// A TCP connection as a watcher on the path sees it: what each side has sent and had acknowledged. The state either side is in follows from
/// that by <see cref="TcpStateTable"/>, so it makes no difference from where one looks. What went wrong is counted apart, in <see cref="TcpCounts"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size, Pack = 2)]
internal partial struct TcpTrack
{
    /// <summary>Bytes: wherever one lies in an array that begins at a cache line, three lines of 64. What every segment touches comes first.</summary>
    public const int Size = 160;

    private TcpSide _a;
    private TcpSide _b;

    /// <summary>When the segment that is timed was sent, nanoseconds since 1970; 0 while none is.</summary>
    private long _timedSince;
    private uint _timedEnd;
    private uint _timedValue;

    /// <summary>When the last SYN (without ACK) was sent; once the connection is over, since when. Nanoseconds since 1970, 0 before.</summary>
    private long _moment;
    private uint _handshakeRtt;
    private uint _dataSegments;
    private uint _smoothedRtt;

    // What few segments touch.
    private uint _rttVariance;
    private uint _minimumRtt;
    private uint _maximumRtt;
    private uint _serverRtt;
    private TcpHistory _history;

    /// <summary>A RST was sent that the other side accepts.</summary>
    public readonly bool Reset => ((_a.Flags | _b.Flags) & TcpSideFlags.Rst) != 0;

    /// <summary>Both sides have sent a FIN.</summary>
    public readonly bool Finished => (_a.Flags & _b.Flags & TcpSideFlags.Fin) != 0;

    /// <summary>When it reached <see cref="ConnectionState.CLOSED"/> or <see cref="ConnectionState.TIME_WAIT"/> for the local side; 0 before.</summary>
    public long TerminalSince
    {
        readonly get => _a.Is(TcpSideFlags.Over) ? _moment : 0;
        set
        {
            _moment = value;
            _a.Flags |= TcpSideFlags.Over;
        }
    }

    /// <summary>True when a terminal state is possible: a RST, or a FIN from both sides.</summary>
    public readonly bool MayBeOver => Reset || Finished;

    /// <summary>The initial sequence number of a side, when its SYN was seen.</summary>
    public readonly bool TryGetInitialSequence(int side, out uint initial)
    {
        TcpSide of = side == 0 ? _a : _b;
        initial = of.Initial;
        return of.Is(TcpSideFlags.Syn);
    }

    /// <summary>One past the highest sequence number that a side has sent.</summary>
    public readonly uint NextOf(int side) => side == 0 ? _a.Next : _b.Next;

    /// <summary>The state of one side.</summary>
    public readonly ConnectionState State(int side) =>
        TcpStateTable.Lookup(side == 0 ? _a.Flags : _b.Flags, side == 0 ? _b.Flags : _a.Flags, Reset);

    /// <summary>Zeek's word for the connection.</summary>
    public readonly string ZeekState(int originator)
    {
        TcpSide from = originator == 0 ? _a : _b;
        TcpSide to = originator == 0 ? _b : _a;
        return Flows.ZeekState.OfTcp(from.Flags, to.Is(TcpSideFlags.Heard), to.Flags);
    }

    /// <summary>Zeek's history letters.</summary>
    public readonly string? History(int originator) => _history.ToString(originator);

    /// <summary>True when a segment must begin a new connection of the same tuple: a SYN with another initial sequence number than the side's.</summary>
    public readonly bool IsNewConnection(int sender, in Packet packet)
    {
        if ((packet.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) != TcpFlags.Syn)
        {
            return false;
        }

        TcpSide side = sender == 0 ? _a : _b;
        return side.Is(TcpSideFlags.Based) && side.Initial != packet.Sequence;
    }

    /// <summary>Takes in one segment.</summary>
    /// <param name="sender">The side that sent it.</param>
    /// <param name="localSide">The side that is here: its segments are timed.</param>
    /// <param name="packet">The segment.</param>
    /// <param name="header">The captured bytes of its TCP header, options included; may be empty.</param>
    /// <returns>What it tells of the path.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TcpFindings Update(int sender, int localSide, in Packet packet, ReadOnlySpan<byte> header)
    {
        ref TcpSide from = ref sender == 0 ? ref _a : ref _b;
        ref TcpSide to = ref sender == 0 ? ref _b : ref _a;
        TcpFlags flags = packet.Flags;
        bool isSpecial = (flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0;
        bool isInWindow = !isSpecial || IsInWindow(from, to, packet);
        if ((flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Syn && from.Is(TcpSideFlags.Based))
        {
            SynchronizeAgain(ref from, ref to);
        }

        TcpFindings findings = Analyze(ref from, ref to, packet);
        _history.Add(ref from.Letters, sender, packet, findings);
        Acknowledge(ref from, ref to, packet);
        if (isSpecial)
        {
            Change(ref from, ref to, packet, header, isInWindow);
        }

        if ((flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Ack && isInWindow && ((flags & TcpFlags.Rst) == 0 || !from.Is(TcpSideFlags.Syn)))
        {
            EndHandshake(packet.Timestamp); // A RST that answers a SYN ends it too.
        }

        if ((flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Ack)
        {
            from.Flags &= ~TcpSideFlags.BeforeFirstAck;
            if (packet.WirePayloadLength > 0 || MayBeOpen(from, to))
            {
                from.Flags |= TcpSideFlags.Open;
            }
        }

        Time(ref from, ref to, isLocal: sender == localSide, packet, findings, header);
        return findings;
    }

    /// <summary>Serial number comparison (RFC 1982): how far <paramref name="a"/> is past <paramref name="b"/>.</summary>
    private static int Distance(uint a, uint b) => (int)(a - b);

    /// <summary>A RST or FIN counts when its receiver would take it (RFC 9293 section 3.10.7.3 in SYN-SENT, else section 3.10.7.4).</summary>
    private static bool IsInWindow(in TcpSide from, in TcpSide to, in Packet packet)
    {
        if (!to.Is(TcpSideFlags.Heard))
        {
            return true;
        }

        if ((to.Flags & (TcpSideFlags.Syn | TcpSideFlags.Acknowledges)) == TcpSideFlags.Syn && !from.Is(TcpSideFlags.Syn))
        {
            return (packet.Flags & TcpFlags.Ack) != 0
                && Distance(packet.Acknowledgment, to.Initial) > 0 && Distance(packet.Acknowledgment, to.Next) <= 0;
        }

        return to.Accepts(packet.Sequence)
            || ((packet.Flags & TcpFlags.Fin) != 0 && (packet.Sequence == from.Next || to.Accepts(packet.Sequence + (uint)packet.WirePayloadLength)))
            || (packet.Sequence == from.Next && from.Next == from.Contiguous); // The window is an old one: the other side's acknowledgments were not seen.
    }

    /// <summary>
    /// An ACK without SYN and payload is of an open connection, unless a SYN of either side still waits for its acknowledgment (then it challenges, RFC 5961) or for
    /// the other's SYN, which this ACK has overtaken: one who sent a SYN shows by an ACK of its own that it was answered.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayBeOpen(in TcpSide from, in TcpSide to) =>
        (!to.Is(TcpSideFlags.Syn) || (to.Is(TcpSideFlags.SynAcked) && from.Is(TcpSideFlags.Syn)))
        && ((from.Flags & (TcpSideFlags.Syn | TcpSideFlags.SynAcked)) != TcpSideFlags.Syn || !to.Is(TcpSideFlags.Heard));

    /// <summary>The SYN that began this connection comes again. After a RST that is a new attempt (RFC 9293 allows the same number).</summary>
    private void SynchronizeAgain(ref TcpSide from, ref TcpSide to)
    {
        from.Next = from.Contiguous; // A RST may have moved it.
        if (Reset)
        {
            const TcpSideFlags Life = TcpSideFlags.Syn | TcpSideFlags.SynAcked | TcpSideFlags.Fin | TcpSideFlags.FinAcked | TcpSideFlags.FinSecond
                | TcpSideFlags.Open | TcpSideFlags.Rst | TcpSideFlags.Over | TcpSideFlags.Acknowledges;
            from.Flags &= ~Life;
            to.Flags &= ~Life;
        }
    }

    private void Change(ref TcpSide from, ref TcpSide to, in Packet packet, ReadOnlySpan<byte> header, bool isInWindow)
    {
        if ((packet.Flags & TcpFlags.Syn) != 0)
        {
            Synchronize(ref from, ref to, packet, header);
        }

        if (!isInWindow)
        {
            return;
        }

        if ((packet.Flags & TcpFlags.Rst) != 0)
        {
            from.Flags |= TcpSideFlags.Rst;
        }
        else if ((packet.Flags & TcpFlags.Fin) != 0 && !from.Is(TcpSideFlags.Fin))
        {
            from.FinEnd = packet.Sequence + (uint)packet.WirePayloadLength + 1;
            from.Flags |= TcpSideFlags.Fin | (to.Is(TcpSideFlags.FinAcked) ? TcpSideFlags.FinSecond : 0);
        }
    }

    private void Synchronize(ref TcpSide from, ref TcpSide to, in Packet packet, ReadOnlySpan<byte> header)
    {
        if ((packet.Flags & TcpFlags.Rst) != 0)
        {
            return;
        }

        from.Flags |= TcpSideFlags.BeforeFirstAck | TcpSideFlags.Syn | (from.Is(TcpSideFlags.Syn) ? TcpSideFlags.SynAgain : 0);
        from.Initial = packet.Sequence;
        Scale(ref from, ref to, packet, header);
        if ((packet.Flags & TcpFlags.Ack) == 0)
        {
            _moment = packet.Timestamp;
        }
        else if (_serverRtt == 0 && to.Is(TcpSideFlags.Syn) && !to.Is(TcpSideFlags.SynAgain) && !_a.Is(TcpSideFlags.Over))
        {
            _serverRtt = Ticks(packet.Timestamp - _moment);
        }
    }

    /// <summary>Windows are scaled when both SYNs say so (RFC 7323 section 2.2).</summary>
    private static void Scale(ref TcpSide from, ref TcpSide to, in Packet packet, ReadOnlySpan<byte> header)
    {
        if (TcpOptions.Read(header).WindowScale is not { } scale)
        {
            from.ScalePlusOne = 1;
            to.ScalePlusOne = 1;
        }
        else if ((packet.Flags & TcpFlags.Ack) != 0 && to.ScalePlusOne == 1)
        {
            from.ScalePlusOne = 1;
        }
        else
        {
            from.ScalePlusOne = (byte)(scale + 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Acknowledge(ref TcpSide from, ref TcpSide to, in Packet packet)
    {
        if ((packet.Flags & TcpFlags.Ack) == 0)
        {
            from.Flags &= ~TcpSideFlags.Acknowledges;
            return;
        }

        from.Flags |= (packet.Flags & TcpFlags.Rst) == 0 ? TcpSideFlags.Acknowledges : 0;
        bool hasSyn = from.Is(TcpSideFlags.Syn) || (packet.Flags & TcpFlags.Syn) != 0; // Else the SYN that this ACK follows was overtaken.
        if (hasSyn && (to.Flags & (TcpSideFlags.Syn | TcpSideFlags.SynAcked)) == TcpSideFlags.Syn && Distance(packet.Acknowledgment, to.Initial) > 0)
        {
            to.Flags |= TcpSideFlags.SynAcked;
        }

        if ((to.Flags & (TcpSideFlags.Fin | TcpSideFlags.FinAcked)) == TcpSideFlags.Fin && Distance(packet.Acknowledgment, to.FinEnd) >= 0)
        {
            to.Flags |= TcpSideFlags.FinAcked;
        }
    }

    private void EndHandshake(long now)
    {
        if (_handshakeRtt == 0 && _moment != 0 && !_a.Is(TcpSideFlags.Over))
        {
            _handshakeRtt = Ticks(now - _moment);
        }
    }
}
