using NetMonitor.Packets;

namespace NetMonitor.Inspection;

/// <summary>
/// The TCP part of a <see cref="FlowInspection"/> while it is not finished: both directions in order, the rows each may still be, and the
/// inspector once there is one. Whenever that changes (found, rejected, upgraded), what waits in both directions is read anew.
/// </summary>
/// <remarks>Used again for the next flow, because most are needed for a few packets only. A thread keeps a few of them.</remarks>
internal sealed class StreamDetection
{
    private struct Direction
    {
        public StreamReassembler? Stream;
        public Candidates Rows;
        public int Since;             // when the first of the bytes that wait came: the number of its segment
        public int Last;              // the number of the last segment with bytes
        public List<Arrival>? Later;  // where the other side had spoken in between, while there was no inspector
        public int Shown;             // bytes of the window that were read since the inspector changed

        public readonly bool HasUnread => Stream is { IsEnded: false } stream && Shown < stream.Window.Length;

        /// <summary>When the first byte not shown came, and where in the window what came later begins.</summary>
        public readonly (int Segment, int End) Next()
        {
            int segment = Since;
            for (int i = 0; i < Later?.Count; i++)
            {
                if (Later[i].Start > Shown)
                {
                    return (segment, Later[i].Start);
                }

                segment = Later[i].Segment;
            }

            return (segment, Stream!.Window.Length);
        }

        /// <summary>Bytes were taken off the front of the window.</summary>
        public void Used(long bytes)
        {
            int used = (int)Math.Min(bytes, int.MaxValue);
            Shown = Math.Max(0, Shown - used);
            int passed = 0;
            for (int i = 0; i < Later?.Count; i++)
            {
                Later[i] = Later[i] with { Start = Later[i].Start - used };
                if (Later[i].Start <= 0)
                {
                    Since = Later[i].Segment;
                    passed++;
                }
            }

            Later?.RemoveRange(0, passed);
        }
    }

    /// <summary>Where in the window the bytes of a segment begin.</summary>
    private readonly record struct Arrival(int Segment, int Start);

    private const int MostTurns = 16; // remembered while nothing is recognized

    [ThreadStatic]
    private static Spares<StreamDetection>? _spares;

    private readonly StreamReassembler[] _streams = [new(), new()];
    private FlowInspection _owner = null!;
    private Direction _originator;
    private Direction _responder;
    private StreamInspector? _inspector;
    private int _row = -1;             // of the inspector; -1 when another inspector named it
    private int _stage;                // grows when the inspector changes
    private bool _consumed;            // by the inspector: its protocol can no longer be another
    private long _undecidedBytes;
    private int _segments;

    /// <summary>One for a flow that begins.</summary>
    public static StreamDetection Begin(FlowInspection owner)
    {
        StreamDetection detection = (_spares ??= new Spares<StreamDetection>()).Take() ?? new StreamDetection();
        detection._owner = owner;
        detection._originator.Rows = detection._responder.Rows = ProtocolIndex.StreamRows;
        return detection;
    }

    /// <summary>The flow needs it no more.</summary>
    public void End()
    {
        _owner = null!;
        _originator = _responder = default;
        _streams[0].Reset();
        _streams[1].Reset();
        _inspector = null;
        (_row, _stage, _segments) = (-1, 0, 0);
        _consumed = false;
        _undecidedBytes = 0;
        (_spares ??= new Spares<StreamDetection>()).Keep(this);
    }

    /// <summary>Bytes held.</summary>
    public int Buffered => (_originator.Stream?.Buffered ?? 0) + (_responder.Stream?.Buffered ?? 0);

    public void Segment(Side from, uint sequence, TcpFlags flags, ReadOnlySpan<byte> payload, int wireLength, long timestamp)
    {
        ref Direction direction = ref DirectionOf(from);
        if (direction.Stream is null)
        {
            if (payload.IsEmpty && (flags & TcpFlags.Syn) == 0)
            {
                return;
            }

            direction.Stream = _streams[(int)from];
        }

        _segments++;
        int waited = direction.Stream.Window.Length;
        ReadOnlySpan<byte> window = direction.Stream.Push(sequence, flags, payload, wireLength);
        if (waited == 0)
        {
            direction.Since = _segments;
        }
        else if (_inspector is null && window.Length > waited && DirectionOf(Other(from)).Last > direction.Last
            && direction.Later is not { Count: >= MostTurns })
        {
            (direction.Later ??= []).Add(new Arrival(_segments, waited));
        }

        direction.Last = window.IsEmpty ? direction.Last : _segments;
        Read(from, window, timestamp);
        if (!_owner.IsFinished && direction.Stream is { IsAtEnd: true, IsEnded: false })
        {
            End(from, timestamp);
        }
    }

    /// <summary>A direction can only be one of these rows.</summary>
    public void Narrow(Side side, Candidates rows) => DirectionOf(side).Rows = rows;

    /// <summary>The flow is over: halves of messages tell what they can.</summary>
    public void EndAll()
    {
        End(Side.Originator, timestamp: 0);
        End(Side.Responder, timestamp: 0);
    }

    public void Release()
    {
        _originator.Stream?.Release();
        _responder.Stream?.Release();
    }

    private ref Direction DirectionOf(Side side) => ref side == Side.Originator ? ref _originator : ref _responder;

    private static Side Other(Side side) => side == Side.Originator ? Side.Responder : Side.Originator;

    private void Read(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        StreamReassembler? stream = DirectionOf(from).Stream;
        while (!window.IsEmpty && !_owner.IsFinished && stream is { IsEnded: false })
        {
            int stage = _stage;
            long consumed = _inspector is null ? Detect(from, window, final: false, timestamp) : Inspect(from, window, timestamp);
            if (_owner.IsFinished)
            {
                return;
            }

            window = stream.Advance(window, consumed);
            DirectionOf(from).Used(consumed);
            if (stage != _stage)
            {
                ReadAnew(timestamp);
                return;
            }
        }
    }

    /// <summary>Reads what waits in both directions in the order in which it came: a hello before its answer.</summary>
    private void ReadAnew(long timestamp)
    {
        for (int stage = -1; !_owner.IsFinished;)
        {
            if (stage != _stage)
            {
                stage = _stage;
                _originator.Shown = _responder.Shown = 0;
            }

            if (_originator.HasUnread && (!_responder.HasUnread || _originator.Next().Segment <= _responder.Next().Segment))
            {
                ReadNext(Side.Originator, timestamp);
            }
            else if (_responder.HasUnread)
            {
                ReadNext(Side.Responder, timestamp);
            }
            else
            {
                return;
            }
        }
    }

    private void ReadNext(Side from, long timestamp)
    {
        ref Direction direction = ref DirectionOf(from);
        StreamReassembler stream = direction.Stream!;
        ReadOnlySpan<byte> window = stream.Window;
        direction.Shown = direction.Next().End;
        ReadOnlySpan<byte> shown = window[..direction.Shown];
        long consumed = _inspector is null ? Detect(from, shown, final: false, timestamp) : Inspect(from, shown, timestamp);
        if (!_owner.IsFinished)
        {
            stream.Advance(window, consumed);
            direction.Used(consumed);
        }
    }

    /// <summary>Tries the rows that are left on what the direction has so far.</summary>
    /// <returns>Bytes to drop.</returns>
    private long Detect(Side from, ReadOnlySpan<byte> window, bool final, long timestamp)
    {
        ref Direction direction = ref DirectionOf(from);
        final |= window.Length >= InspectionLimits.DetectionWindow;
        while (!direction.Rows.IsEmpty)
        {
            int row = direction.Rows.First;
            Match match = ProtocolIndex.StreamProbes[row]!(_owner.Context, from, window);
            if (match == Match.Yes)
            {
                Decide(ProtocolTable.Rows[row].CreateStream!(_owner.Context), row);

                // Usually nothing else waits, and the bytes need not be kept for a second look.
                return DirectionOf(Other(from)).Stream is { Window.IsEmpty: false } ? 0 : Inspect(from, window, timestamp);
            }

            if (match == Match.NeedMore && !final)
            {
                return 0; // Rows below wait too: the order decides, not how the bytes were cut into segments.
            }

            direction.Rows.Remove(row);
        }

        _undecidedBytes += window.Length;
        _owner.Unmatched(direction.Stream!.SawStart);
        bool otherToo = DirectionOf(Other(from)) is { Rows.IsEmpty: true } or { Stream.IsEnded: true };
        if (otherToo || _undecidedBytes > InspectionLimits.UndecidedBytes)
        {
            _owner.Finish();
        }

        return window.Length;
    }

    private void Decide(StreamInspector inspector, int row)
    {
        _inspector = inspector;
        _row = row;
        _stage++;
        _consumed = false;
        _owner.Decided(inspector);
    }

    private long Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        Progress progress = _inspector!.Inspect(from, window, timestamp);
        _consumed |= progress.Consumed > 0;
        switch (progress.Outcome)
        {
            case Outcome.Finished:
                if (DirectionOf(Other(from)).Stream is { IsEnded: false, Window.IsEmpty: false } other)
                {
                    _inspector.End(Other(from), other.Window); // What waits there for more gets no more.
                }

                _owner.Finish();
                break;
            case Outcome.Reject:
                return Reject();
            case Outcome.Reread:
                _stage++;
                break;
            case Outcome.Upgraded:
                Upgrade();
                break;
            default:
                break;
        }

        return progress.Consumed;
    }

    private long Reject()
    {
        if (_consumed || _row < 0)
        {
            _owner.Finish(); // The bytes for another try are gone. What was decoded before stands.
            return 0;
        }

        _originator.Rows.Remove(_row);
        _responder.Rows.Remove(_row);
        _inspector = null;
        _stage++;
        _owner.Undecided();
        return 0;
    }

    private void Upgrade()
    {
        Upgrade? upgrade = _inspector!.Upgrade;
        if (upgrade is null || !_owner.Upgraded(upgrade))
        {
            _owner.Finish();
            return;
        }

        _inspector = upgrade.Successor;
        _row = -1;
        _stage++;
        _consumed = false;
        _undecidedBytes = 0;
        _originator.Rows = _responder.Rows = ProtocolIndex.StreamRows;
    }

    private void End(Side from, long timestamp)
    {
        StreamReassembler? stream = DirectionOf(from).Stream;
        if (stream is null || stream.IsEnded || _owner.IsFinished)
        {
            return;
        }

        if (_inspector is null && !stream.Window.IsEmpty)
        {
            // A row that had waited for more gets no more; one below it may know enough.
            long consumed = Detect(from, stream.Window, final: true, timestamp);
            if (_owner.IsFinished)
            {
                return;
            }

            stream.Advance(stream.Window, consumed);
            DirectionOf(from).Used(consumed);
            if (_inspector is not null)
            {
                ReadAnew(timestamp);
            }
        }

        if (_owner.IsFinished)
        {
            return;
        }

        _inspector?.End(from, stream.Window);
        stream.Release();
        if (DirectionOf(Other(from)).Stream is { IsEnded: true })
        {
            _owner.Finish();
        }
    }
}
