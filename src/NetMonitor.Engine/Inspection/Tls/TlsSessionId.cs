using System.Runtime.CompilerServices;

namespace NetMonitor.Inspection.Tls;

/// <summary>The session id of a hello (RFC 8446 section 4.1.2, legacy_session_id: at most 32 bytes), kept in place.</summary>
internal struct TlsSessionId
{
    private const int MaxSize = 32;

    private Id _bytes;
    private byte _length;

    [InlineArray(MaxSize)]
    private struct Id
    {
        private byte _first;
    }

    /// <summary>Takes one over. What is too long is none.</summary>
    public void Set(ReadOnlySpan<byte> id)
    {
        _length = id.Length <= MaxSize ? (byte)id.Length : (byte)0;
        id[.._length].CopyTo(_bytes);
    }

    /// <summary>True when the other hello has the same one, and there is one.</summary>
    public readonly bool Equals(ReadOnlySpan<byte> id) => _length > 0 && id.SequenceEqual(((ReadOnlySpan<byte>)_bytes)[.._length]);
}
