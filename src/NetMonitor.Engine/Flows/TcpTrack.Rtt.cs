using System.Runtime.CompilerServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <content>
/// Round-trip times between here and the remote end. One segment of the local side is timed at a time, from when it is seen to the acknowledgment
/// that covers it (RFC 6298 section 3). When something was sent again meanwhile, only the timestamps option tells which of the two was acknowledged
/// (RFC 7323 section 4); without it the measurement is given up (Karn's rule).
/// </content>
internal partial struct TcpTrack
{
    /// <summary>What a watcher learned from the headers.</summary>
    /// <param name="local">The side that is here.</param>
    /// <param name="opener">The side that opened the connection.</param>
    /// <param name="counts">What was counted.</param>
    public readonly TcpNumbers Numbers(int local, int opener, in TcpCounts counts)
    {
        TcpSide here = local == 0 ? _a : _b;
        TcpSide there = local == 0 ? _b : _a;
        TcpSide server = opener == 0 ? _b : _a;
        bool isClientKnown = _handshakeRtt > _serverRtt && _serverRtt != 0 && !server.Is(TcpSideFlags.SynAgain);
        return new TcpNumbers
        {
            SmoothedRtt = Time(_smoothedRtt),
            RttVariance = _smoothedRtt == 0 ? null : TimeSpan.FromTicks(_rttVariance),
            MinimumRtt = Time(_minimumRtt),
            MaximumRtt = Time(_maximumRtt),
            HandshakeRtt = Time(_handshakeRtt),
            ServerHandshakeRtt = Time(_serverRtt),
            ClientHandshakeRtt = isClientKnown ? Time(_handshakeRtt - _serverRtt) : null,
            Retransmissions = counts.Retransmissions,
            FastRetransmissions = counts.FastRetransmissions,
            SpuriousRetransmissions = counts.SpuriousRetransmissions,
            OutOfOrder = counts.OutOfOrder,
            DuplicateAcks = counts.DuplicateAcks,
            LostSegments = counts.LostSegments,
            ZeroWindows = counts.ZeroWindows,
            WindowFull = counts.WindowFull,
            KeepAlives = counts.KeepAlives,
            LocalWindow = here.Is(TcpSideFlags.Heard) ? here.ScaledWindow : null,
            RemoteWindow = there.Is(TcpSideFlags.Heard) ? there.ScaledWindow : null,
        };
    }

    /// <summary>Share of the segments with payload that had to be sent again, 0 to 1; null without any.</summary>
    public readonly double? LossRatio(in TcpCounts counts) => _dataSegments == 0 ? null : Math.Min(1, counts.Losses / (double)_dataSegments);

    /// <summary>Another side is the local one from here on: what was timed before says nothing.</summary>
    public void ForgetRoundTrips()
    {
        _timedSince = 0;
        (_smoothedRtt, _rttVariance, _minimumRtt, _maximumRtt) = (0, 0, 0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Time(ref TcpSide from, ref TcpSide to, bool isLocal, in Packet packet, TcpFindings findings, ReadOnlySpan<byte> header)
    {
        if (isLocal)
        {
            if ((findings & (TcpFindings.Retransmission | TcpFindings.OutOfOrder)) != 0) // What looks overtaken may be sent again.
            {
                from.Flags |= TcpSideFlags.TimingAmbiguous;
            }
            else if (_timedSince == 0 && (findings & (TcpFindings.KeepAlive | TcpFindings.ZeroWindowProbe)) == 0)
            {
                Begin(ref from, packet, header);
            }
        }
        else if (_timedSince != 0 && (packet.Flags & (TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Ack && Distance(packet.Acknowledgment, _timedEnd) >= 0)
        {
            if (!to.Is(TcpSideFlags.TimingAmbiguous) || IsEchoed(header))
            {
                Sample(packet.Timestamp - _timedSince);
            }

            _timedSince = 0;
        }
    }

    private void Begin(ref TcpSide from, in Packet packet, ReadOnlySpan<byte> header)
    {
        bool isSynOrFin = (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0;
        if (packet.WirePayloadLength == 0 && !isSynOrFin)
        {
            return;
        }

        _timedSince = packet.Timestamp;
        _timedEnd = packet.Sequence + (uint)packet.WirePayloadLength + (isSynOrFin ? 1u : 0);
        _timedValue = TcpOptions.Read(header).TimestampValue;
        from.Flags &= ~TcpSideFlags.TimingAmbiguous;
    }

    private readonly bool IsEchoed(ReadOnlySpan<byte> header)
    {
        TcpOptions options = TcpOptions.Read(header);
        return _timedValue != 0 && options.HasTimestamps && options.TimestampEcho == _timedValue;
    }

    /// <summary>RFC 6298 section 2: SRTT by 1/8, RTTVAR by 1/4 of the news.</summary>
    private void Sample(long nanoseconds)
    {
        uint ticks = Ticks(nanoseconds);
        if (ticks <= TooShort)
        {
            return;
        }

        if (_smoothedRtt == 0)
        {
            (_smoothedRtt, _rttVariance) = (ticks, ticks / 2);
            (_minimumRtt, _maximumRtt) = (ticks, ticks);
            return;
        }

        long error = (long)ticks - _smoothedRtt;
        _rttVariance = (uint)(_rttVariance + ((Math.Abs(error) - _rttVariance) / 4));
        _smoothedRtt = (uint)Math.Max(1, _smoothedRtt + (error / 8));
        _minimumRtt = Math.Min(_minimumRtt, ticks);
        _maximumRtt = Math.Max(_maximumRtt, ticks);
    }

    private static TimeSpan? Time(uint ticks) => ticks <= TooShort ? null : TimeSpan.FromTicks(ticks);
}
