using NetMonitor.Packets;

namespace NetMonitor.Inspection.Quic;

/// <summary>
/// The handshake bytes of one side, from CRYPTO frames in any order (RFC 9000 section 7.5: a stream of its own, which begins at offset 0).
/// Of bytes sent twice the first count.
/// </summary>
internal sealed class QuicCryptoStream
{
    private readonly StreamReassembler _stream = StreamReassembler.FromZero();

    /// <summary>What is there in order and not consumed.</summary>
    public ReadOnlySpan<byte> Window => _stream.Window;

    /// <summary>Bytes held.</summary>
    public int Buffered => _stream.Buffered;

    /// <summary>Adds a frame's data.</summary>
    /// <returns>All unconsumed bytes when there are new ones in order, else empty.</returns>
    public ReadOnlySpan<byte> Push(ulong offset, ReadOnlySpan<byte> data)
    {
        if (offset > InspectionLimits.QuicCryptoBytes || offset + (ulong)data.Length > InspectionLimits.QuicCryptoBytes)
        {
            return default;
        }

        ReadOnlySpan<byte> window = _stream.Push((uint)offset, TcpFlags.None, data, data.Length);
        if (_stream.IsAtEnd)
        {
            _stream.Release();
            return default;
        }

        return window;
    }

    /// <summary>Tells how much of the window was used.</summary>
    /// <returns>The next window, when more follows.</returns>
    public ReadOnlySpan<byte> Advance(ReadOnlySpan<byte> window, int consumed) => _stream.Advance(window, consumed);

    public void Release() => _stream.Release();
}
