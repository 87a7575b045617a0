namespace NetMonitor.Inspection.Tls.Decryption;

/// <summary>Walks the handshake messages inside of decrypted records, which may split them anywhere. Keeps no bytes but of a header.</summary>
internal struct TlsMessageWalk
{
    private const int HeaderSize = 4; // HandshakeType msg_type; uint24 length; (RFC 8446 section 4)

    private uint _header;
    private int _headerBytes;
    private int _left;

    /// <summary>Goes on to the end of the next message.</summary>
    /// <param name="content">Handshake bytes; afterwards those behind the message.</param>
    /// <param name="type">Its type.</param>
    /// <param name="body">What follows its header, when all of it was in <paramref name="content"/>; else empty.</param>
    /// <returns>False when the message goes on in the next record.</returns>
    public bool MoveNext(ref ReadOnlySpan<byte> content, out byte type, out ReadOnlySpan<byte> body)
    {
        body = default;
        bool whole = _headerBytes < HeaderSize;
        while (_headerBytes < HeaderSize && !content.IsEmpty)
        {
            _header = _header << 8 | content[0];
            content = content[1..];
            if (++_headerBytes == HeaderSize)
            {
                _left = (int)(_header & 0xFFFFFF);
            }
        }

        type = (byte)(_header >> 24);
        if (_headerBytes < HeaderSize)
        {
            return false;
        }

        int part = Math.Min(_left, content.Length);
        body = whole && part == _left ? content[..part] : default;
        content = content[part..];
        _left -= part;
        if (_left > 0)
        {
            return false;
        }

        _headerBytes = 0;
        _header = 0;
        return true;
    }
}
