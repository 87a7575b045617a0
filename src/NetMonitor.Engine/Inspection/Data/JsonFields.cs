namespace NetMonitor.Inspection.Data;

/// <summary>Walks over the members of a flat JSON object (RFC 8259), which may have been cut short. Never throws; what is not JSON ends it.</summary>
internal ref struct JsonFields(ReadOnlySpan<byte> text)
{
    private const byte Quote = (byte)'"';
    private const byte Backslash = (byte)'\\';
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>The next member: its name, and its value as written, without the quotes of a string. Escapes stay.</summary>
    public bool TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        _rest = _rest.TrimStart("{, \t\r\n"u8);
        if (!TryReadString(out name))
        {
            return false;
        }

        _rest = _rest.TrimStart(" \t:"u8);
        if (_rest.IsEmpty)
        {
            return false;
        }

        return _rest[0] == Quote ? TryReadString(out value) : TryReadOther(out value);
    }

    private bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_rest.IsEmpty || _rest[0] != Quote)
        {
            return false;
        }

        for (int i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] == Backslash)
            {
                i++;
            }
            else if (_rest[i] == Quote)
            {
                value = _rest[1..i];
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>A number, a word, or an array or object as a whole.</summary>
    private bool TryReadOther(out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> start = _rest;
        int depth = 0;
        while (!_rest.IsEmpty)
        {
            byte next = _rest[0];
            if (next == Quote)
            {
                if (!TryReadString(out _))
                {
                    break;
                }

                continue;
            }

            bool closes = next is (byte)'}' or (byte)']';
            if (depth == 0 && (closes || next == (byte)','))
            {
                value = start[..^_rest.Length].Trim(" \t"u8);
                return true;
            }

            depth += closes ? -1 : next is (byte)'{' or (byte)'[' ? 1 : 0;
            _rest = _rest[1..];
        }

        value = default;
        return false;
    }
}
