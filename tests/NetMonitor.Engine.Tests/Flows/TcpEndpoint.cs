using NetMonitor.Packets;
using static NetMonitor.ConnectionState;

namespace NetMonitor.Tests.Flows;

/// <summary>A segment on its way in a made-up conversation.</summary>
internal sealed record TcpSegment(TcpFlags Flags, uint Sequence, uint Acknowledgment, int Payload)
{
    public uint End => Sequence + (uint)Payload + ((Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0);
}

/// <summary>
/// One end of a TCP connection, as RFC 9293 section 3.10 has it and as simple as it can be: it keeps what it sent until that is acknowledged and
/// sends it again when told to, takes segments in any order and answers each with an ACK.
/// </summary>
internal sealed class TcpEndpoint(uint initial, Action<TcpSegment> send)
{
    public const ushort Window = 60_000;

    private readonly List<TcpSegment> _unacknowledged = [];
    private readonly List<TcpSegment> _early = [];
    private readonly uint _initial = initial;
    private uint _next = initial;
    private uint _expected;

    public ConnectionState State { get; private set; } = CLOSED;

    /// <summary>A FIN was received whose predecessors are missing: nobody but the end itself knows what it makes of it.</summary>
    public bool HasEarlyFin => _early.Any(segment => (segment.Flags & TcpFlags.Fin) != 0);

    public bool HasUnacknowledged => _unacknowledged.Count > 0;

    public void Open()
    {
        State = SYN_SENT;
        Send(TcpFlags.Syn, 0);
    }

    public void Write(int bytes)
    {
        if (State is ESTABLISHED or CLOSE_WAIT)
        {
            Send(TcpFlags.Ack | TcpFlags.Psh, bytes);
        }
    }

    public void Close()
    {
        if (State is ESTABLISHED or CLOSE_WAIT)
        {
            State = State == ESTABLISHED ? FIN_WAIT1 : LAST_ACK;
            Send(TcpFlags.Fin | TcpFlags.Ack, 0);
        }
    }

    public void Abort()
    {
        if (State is ESTABLISHED or CLOSE_WAIT or FIN_WAIT1 or FIN_WAIT2)
        {
            State = CLOSED;
            _unacknowledged.Clear();
            send(new TcpSegment(TcpFlags.Rst | TcpFlags.Ack, _next, _expected, 0));
        }
    }

    public void SendAgain()
    {
        if (_unacknowledged.Count > 0)
        {
            TcpSegment oldest = _unacknowledged[0];
            bool isFirstSyn = (oldest.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
            send(oldest with { Acknowledgment = isFirstSyn ? 0 : _expected });
        }
    }

    public void Receive(TcpSegment segment)
    {
        if ((segment.Flags & TcpFlags.Rst) != 0)
        {
            if (State != CLOSED && segment.Sequence - _expected <= Window)
            {
                State = CLOSED;
                _unacknowledged.Clear();
            }

            return;
        }

        if ((segment.Flags & TcpFlags.Syn) != 0)
        {
            ReceiveSyn(segment);
            return;
        }

        if (State is CLOSED or SYN_SENT)
        {
            return;
        }

        ReceiveAcknowledgment(segment.Acknowledgment);
        if (State != CLOSED && segment.End != segment.Sequence)
        {
            _early.Add(segment);
            TakeInOrder();
            send(new TcpSegment(TcpFlags.Ack, _next, _expected, 0));
        }
    }

    private void ReceiveSyn(TcpSegment segment)
    {
        bool acknowledges = (segment.Flags & TcpFlags.Ack) != 0;
        switch (State)
        {
            case CLOSED when !acknowledges && _next == _initial:
                _expected = segment.End;
                State = SYN_RECV;
                Send(TcpFlags.Syn | TcpFlags.Ack, 0);
                break;
            case SYN_SENT when acknowledges:
                _expected = segment.End;
                ReceiveAcknowledgment(segment.Acknowledgment);
                State = ESTABLISHED;
                send(new TcpSegment(TcpFlags.Ack, _next, _expected, 0));
                break;
            case SYN_SENT:
                _expected = segment.End;
                State = SYN_RECV;
                _unacknowledged[0] = _unacknowledged[0] with { Flags = TcpFlags.Syn | TcpFlags.Ack };
                SendAgain();
                break;
            case SYN_RECV when acknowledges:
                ReceiveAcknowledgment(segment.Acknowledgment);
                send(new TcpSegment(TcpFlags.Ack, _next, _expected, 0));
                break;
            case CLOSED:
                break;
            default:
                send(new TcpSegment(TcpFlags.Ack, _next, _expected, 0));
                break;
        }
    }

    private void ReceiveAcknowledgment(uint acknowledgment)
    {
        _unacknowledged.RemoveAll(sent => (int)(acknowledgment - sent.End) >= 0);
        bool isAll = acknowledgment == _next;
        State = State switch
        {
            SYN_RECV when (int)(acknowledgment - _initial) > 0 => ESTABLISHED,
            FIN_WAIT1 when isAll => FIN_WAIT2,
            CLOSING when isAll => TIME_WAIT,
            LAST_ACK when isAll => CLOSED,
            _ => State,
        };
    }

    private void TakeInOrder()
    {
        while (_early.Find(segment => (int)(segment.Sequence - _expected) <= 0) is { } next)
        {
            _early.Remove(next);
            if ((int)(next.End - _expected) <= 0)
            {
                continue;
            }

            _expected = next.End;
            if ((next.Flags & TcpFlags.Fin) != 0)
            {
                State = State switch
                {
                    ESTABLISHED => CLOSE_WAIT,
                    FIN_WAIT1 => CLOSING,
                    FIN_WAIT2 => TIME_WAIT,
                    _ => State,
                };
            }
        }
    }

    private void Send(TcpFlags flags, int payload)
    {
        var segment = new TcpSegment(flags, _next, (flags & TcpFlags.Ack) != 0 ? _expected : 0, payload);
        _next = segment.End;
        _unacknowledged.Add(segment);
        send(segment);
    }
}
