namespace NetMonitor.Inspection.Tls;

/// <summary>Puts the handshake messages of one side together from fragments that come in any order, more than once, or overlapping
/// (RFC 6347 section 4.2.3). Keeps what came, within <see cref="InspectionLimits"/>, and no more.</summary>
internal sealed class DtlsMessages
{
    private sealed record Message(TlsHandshakeType Type, ushort Sequence, int Length)
    {
        /// <summary>In the order of their offsets.</summary>
        public SortedList<int, byte[]> Pieces { get; } = [];

        /// <summary>Of all pieces together, those counted twice that overlap.</summary>
        public int Bytes { get; set; }
    }

    private readonly List<Message> _partial = [];

    /// <summary>Bytes held.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds a fragment of a message that is not whole by itself.</summary>
    /// <returns>The body of the message when it is complete, else null.</returns>
    public byte[]? Add(in DtlsFragment fragment)
    {
        if (fragment.Content.IsEmpty || Bytes + fragment.Content.Length > InspectionLimits.DtlsFragmentBytes)
        {
            return null;
        }

        Message? message = Find(fragment);
        if (message is null)
        {
            message = new Message(fragment.Type, fragment.Sequence, fragment.MessageLength);
            _partial.Add(message);
        }

        if (message.Pieces.TryGetValue(fragment.Offset, out byte[]? same))
        {
            if (same.Length >= fragment.Content.Length)
            {
                return null;
            }

            Bytes -= same.Length;
            message.Bytes -= same.Length;
        }

        message.Pieces[fragment.Offset] = fragment.Content.ToArray();
        Bytes += fragment.Content.Length;
        message.Bytes += fragment.Content.Length;
        return message.Bytes < message.Length ? null : Complete(message);
    }

    public void Clear()
    {
        _partial.Clear();
        Bytes = 0;
    }

    private Message? Find(in DtlsFragment fragment)
    {
        foreach (Message message in _partial)
        {
            if (message.Type == fragment.Type && message.Sequence == fragment.Sequence && message.Length == fragment.MessageLength)
            {
                return message;
            }
        }

        return null;
    }

    private byte[]? Complete(Message message)
    {
        int covered = 0;
        foreach ((int offset, byte[] piece) in message.Pieces)
        {
            if (offset > covered)
            {
                return null;
            }

            covered = Math.Max(covered, offset + piece.Length);
        }

        if (covered < message.Length)
        {
            return null;
        }

        byte[] body = new byte[message.Length];
        foreach ((int offset, byte[] piece) in message.Pieces)
        {
            piece.CopyTo(body, offset);
            Bytes -= piece.Length;
        }

        _partial.Remove(message);
        return body;
    }
}
