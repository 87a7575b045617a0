using System.Buffers;
using NetMonitor.Packets;

namespace NetMonitor.Inspection;

/// <summary>
/// Puts one direction of a TCP connection in order (RFC 9293 section 3.4). Bytes in order are passed on as they came, without a copy;
/// only what the
/// reader left and what came too early is kept, within <see cref="InspectionLimits"/>. Of bytes that come twice the first count.
/// </summary>
/// <remarks>
/// Use: <see cref="Push"/> each segment; while the result is not empty, read it and <see cref="Advance"/>. Then ask <see cref="IsAtEnd"/>.
/// Positions are 64-bit offsets from the first byte, so wrapping sequence numbers matter in one line only.
/// </remarks>
internal sealed class StreamReassembler
{
    private readonly record struct Piece(long Offset, byte[] Buffer, int Length)
    {
        public long End => Offset + Length;

        public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);
    }

    private const int SmallestBuffer = 256; // bytes

    private bool _started;
    private uint _firstSequence;         // of offset 0
    private long _highest;               // end of what was seen, the reference for unwrapping sequence numbers
    private long _next;                  // the first byte neither passed on nor skipped
    private long _end = long.MaxValue;   // where the FIN is
    private long _holeStart = long.MaxValue; // bytes that were on the wire but not captured
    private long _holeEnd = long.MaxValue;
    private bool _overflowed;
    private byte[]? _window;
    private int _windowLength;
    private List<Piece>? _waiting;       // in order, not overlapping
    private int _waitingBytes;

    /// <summary>A stream whose first byte has the number 0, as those have that protocols carry themselves.</summary>
    public static StreamReassembler FromZero()
    {
        var stream = new StreamReassembler();
        stream.Push(uint.MaxValue, TcpFlags.Syn, default, 0); // The byte after a SYN is the first.
        return stream;
    }

    /// <summary>True when the SYN was seen: offset 0 is the first byte of the stream.</summary>
    public bool SawStart { get; private set; }

    /// <summary>True when nothing more can come in order: closed, lost, or beyond a limit.</summary>
    public bool IsAtEnd => IsEnded || _overflowed || _next >= _end || (_next >= _holeStart && _next < _holeEnd) || _next == long.MaxValue;

    /// <summary>True after <see cref="Release"/>.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What was passed on but not consumed.</summary>
    public ReadOnlySpan<byte> Window => _window.AsSpan(0, _windowLength);

    /// <summary>Bytes held.</summary>
    public int Buffered => _windowLength + _waitingBytes;

    /// <summary>Adds a segment.</summary>
    /// <returns>All unconsumed bytes when there are new ones in order, else empty.</returns>
    public ReadOnlySpan<byte> Push(uint sequence, TcpFlags flags, ReadOnlySpan<byte> payload, int wireLength)
    {
        // The payload of a reset is a diagnostic, not data (RFC 9293 section 3.5.3).
        if (IsEnded || (flags & TcpFlags.Rst) != 0)
        {
            return default;
        }

        wireLength = Math.Max(wireLength, 0);
        payload = payload[..Math.Min(payload.Length, wireLength)];
        if (!Begin(ref sequence, flags, payload, wireLength))
        {
            return default;
        }

        long offset = _highest + unchecked((int)(sequence - (_firstSequence + (uint)_highest)));
        long end = offset + wireLength;
        _highest = Math.Max(_highest, end);
        if ((flags & TcpFlags.Fin) != 0 && _end == long.MaxValue)
        {
            _end = Math.Max(end, 0);
        }

        if (wireLength > payload.Length && end > _next && (_holeEnd == long.MaxValue || _holeEnd <= _next))
        {
            (_holeStart, _holeEnd) = (offset + payload.Length, end);
        }

        if (offset < _next)
        {
            payload = payload[(int)Math.Min(payload.Length, _next - offset)..];
            offset = _next;
        }

        if (payload.IsEmpty)
        {
            return default;
        }

        if (offset == _next && _waiting is not { Count: > 0 })
        {
            _next += payload.Length;
            if (_windowLength == 0)
            {
                return payload;
            }

            Append(payload);
            return Window;
        }

        Insert(offset, payload);
        return TakeWaiting();
    }

    /// <summary>Tells how much of the window from <see cref="Push"/> (or from here) was used, and keeps the rest.</summary>
    /// <param name="window">That window.</param>
    /// <param name="consumed">Bytes used from its front; more than it has skips what comes next.</param>
    /// <returns>The next window, when segments that had waited now continue this one, else empty.</returns>
    public ReadOnlySpan<byte> Advance(ReadOnlySpan<byte> window, long consumed)
    {
        if (consumed < window.Length)
        {
            Keep(window[(int)Math.Max(consumed, 0)..]);
        }
        else
        {
            ReturnWindow();
            long skip = consumed - window.Length;
            _next = skip > long.MaxValue - _next ? long.MaxValue : _next + skip;
        }

        return TakeWaiting();
    }

    /// <summary>Gives all buffers back; nothing more is taken.</summary>
    public void Release()
    {
        IsEnded = true;
        ReturnWindow();
        if (_waiting is not null)
        {
            foreach (Piece piece in _waiting)
            {
                ArrayPool<byte>.Shared.Return(piece.Buffer);
            }
        }

        _waiting = null;
        _waitingBytes = 0;
    }

    /// <summary>Begins another stream.</summary>
    public void Reset()
    {
        Release();
        IsEnded = SawStart = _started = _overflowed = false;
        _firstSequence = 0;
        (_highest, _next) = (0, 0);
        (_end, _holeStart, _holeEnd) = (long.MaxValue, long.MaxValue, long.MaxValue);
    }

    /// <summary>Finds where the stream starts: after the SYN, which takes one number, or at the first data seen.</summary>
    private bool Begin(ref uint sequence, TcpFlags flags, ReadOnlySpan<byte> payload, int wireLength)
    {
        if ((flags & TcpFlags.Syn) != 0)
        {
            sequence++;
            if (!_started || _highest == 0)
            {
                _started = true;
                _firstSequence = sequence;
                SawStart = true;
            }
        }

        if (_started)
        {
            return true;
        }

        // A keep-alive of one old byte (RFC 9293 section 3.8.4) is not the start of anything.
        bool keepAlive = wireLength == 1 && (flags & TcpFlags.Psh) == 0 && (payload.IsEmpty || payload[0] == 0);
        if (wireLength == 0 || keepAlive)
        {
            return false;
        }

        _started = true;
        _firstSequence = sequence;
        return true;
    }

    /// <summary>Keeps the parts of a segment that nobody brought yet.</summary>
    private void Insert(long offset, ReadOnlySpan<byte> bytes)
    {
        _waiting ??= [];
        for (int i = 0; i <= _waiting.Count && !bytes.IsEmpty; i++)
        {
            long free = i < _waiting.Count ? _waiting[i].Offset - offset : long.MaxValue;
            if (free > 0)
            {
                ReadOnlySpan<byte> part = bytes[..(int)Math.Min(bytes.Length, free)];
                byte[] buffer = ArrayPool<byte>.Shared.Rent(part.Length);
                part.CopyTo(buffer);
                _waiting.Insert(i++, new Piece(offset, buffer, part.Length));
                _waitingBytes += part.Length;
                offset += part.Length;
                bytes = bytes[part.Length..];
            }

            if (i < _waiting.Count && _waiting[i].End > offset)
            {
                int covered = (int)Math.Min(bytes.Length, _waiting[i].End - offset);
                offset += covered;
                bytes = bytes[covered..];
            }
        }
    }

    private ReadOnlySpan<byte> TakeWaiting()
    {
        if (_waiting is not { Count: > 0 })
        {
            return default;
        }

        int taken = 0;
        bool grew = false;
        for (; taken < _waiting.Count && _waiting[taken].Offset <= _next; taken++)
        {
            Piece piece = _waiting[taken];
            if (piece.End > _next)
            {
                Append(piece.Bytes[(int)(_next - piece.Offset)..]);
                _next = piece.End;
                grew = true;
            }

            _waitingBytes -= piece.Length;
            ArrayPool<byte>.Shared.Return(piece.Buffer);
        }

        _waiting.RemoveRange(0, taken);
        _overflowed |= _waitingBytes > InspectionLimits.ReorderBytes || _waiting.Count > InspectionLimits.ReorderPieces;
        return grew ? Window : default;
    }

    /// <summary>Makes the rest of the window the whole of it.</summary>
    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_windowLength > 0)
        {
            rest.CopyTo(_window); // The window is the buffer's own front: CopyTo allows the overlap.
            _windowLength = rest.Length;
        }
        else
        {
            Append(rest);
        }

        _overflowed |= _windowLength > InspectionLimits.StreamWindow;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int needed = _windowLength + bytes.Length;
        if (_window is null || _window.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, SmallestBuffer));
            Window.CopyTo(larger);
            if (_window is not null)
            {
                ArrayPool<byte>.Shared.Return(_window);
            }

            _window = larger;
        }

        bytes.CopyTo(_window.AsSpan(_windowLength));
        _windowLength = needed;
    }

    private void ReturnWindow()
    {
        if (_window is not null)
        {
            ArrayPool<byte>.Shared.Return(_window);
        }

        _window = null;
        _windowLength = 0;
    }
}
