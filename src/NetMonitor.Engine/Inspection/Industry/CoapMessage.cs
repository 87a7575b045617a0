using System.Text;

namespace NetMonitor.Inspection.Industry;

/// <summary>A CoAP message over UDP (RFC 7252 section 3): version, type, token length; code; message id; token; options; payload.</summary>
internal readonly ref struct CoapMessage
{
    private const int CodeAt = 1;
    private const int HeaderSize = 4;
    private const int Version = 1;
    private const int VersionShift = 6;
    private const byte TokenLengthMask = 0x0F;
    private const int LongestToken = 8;
    private const byte PayloadMarker = 0xFF;
    private const int ExtendedByte = 13;       // nibbles of section 3.1
    private const int ExtendedTwoBytes = 14;
    private const int LeastLetters = 3;
    private const int UriHost = 3;
    private const int UriPath = 11;
    private readonly ReadOnlySpan<byte> _bytes;

    private CoapMessage(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Code => _bytes[CodeAt];

    /// <summary>Method codes are 0.01 to 0.31; 0.00 is an empty message.</summary>
    public bool IsRequest => Code is > 0 and < 0x20;

    public bool IsResponse => Code >= 0x40;

    /// <summary>Confirmable or not: what an acknowledgment or a reset is not (section 4.2).</summary>
    public bool IsInitiative => (_bytes[0] & 0x20) == 0;

    /// <summary>True with a Uri-Host or Uri-Path that is more than a letter or two of printable ASCII: not there by chance.</summary>
    public bool HasUri { get; private init; }

    /// <summary>A whole message with a registered code, whose options are all registered and end where they say.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out CoapMessage message)
    {
        message = default;
        if (bytes.Length < HeaderSize || bytes[0] >> VersionShift != Version || (bytes[0] & TokenLengthMask) > LongestToken
            || NameOf(bytes[CodeAt]) is null || (bytes[CodeAt] == 0 && bytes.Length != HeaderSize))
        {
            return false;
        }

        int letters = 0;
        bool printable = true;
        OptionReader options = new(bytes[Math.Min(bytes.Length, HeaderSize + (bytes[0] & TokenLengthMask))..]);
        while (options.TryRead(out int number, out ReadOnlySpan<byte> value))
        {
            bool isText = number is UriHost or UriPath or 15;
            if (!IsRegistered(number) || (isText && value.ContainsAnyInRange((byte)0, (byte)0x1F)))
            {
                return false;
            }

            if (number is UriHost or UriPath)
            {
                letters += value.Length;
                printable &= !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
            }
        }

        bool whole = options.IsAtEnd && bytes.Length >= HeaderSize + (bytes[0] & TokenLengthMask);
        message = whole ? new CoapMessage(bytes) { HasUri = printable && letters >= LeastLetters } : default;
        return whole;
    }

    /// <summary>Reads the parts of the path, and the host where there is one.</summary>
    public void ReadUri(out string path, out string? host)
    {
        StringBuilder text = new();
        host = null;
        OptionReader options = new(_bytes[(HeaderSize + (_bytes[0] & TokenLengthMask))..]);
        while (options.TryRead(out int number, out ReadOnlySpan<byte> value))
        {
            if (number == UriHost)
            {
                host = WireText.Clean(value);
            }
            else if (number == UriPath && text.Length < InspectionLimits.PathCharacters)
            {
                text.Append('/').Append(WireText.Clean(value));
            }
        }

        path = text.Length > 0 ? text.ToString(0, Math.Min(text.Length, InspectionLimits.PathCharacters)) : "/";
    }

    // Sections 12.1.1 and 12.1.2; RFC 7959, RFC 8132, RFC 8516, RFC 8768.
    public static string? NameOf(byte code) => code switch
    {
        0x00 => "Empty",
        0x01 => "GET",
        0x02 => "POST",
        0x03 => "PUT",
        0x04 => "DELETE",
        0x05 => "FETCH",
        0x06 => "PATCH",
        0x07 => "iPATCH",
        0x41 => "2.01 Created",
        0x42 => "2.02 Deleted",
        0x43 => "2.03 Valid",
        0x44 => "2.04 Changed",
        0x45 => "2.05 Content",
        0x5F => "2.31 Continue",
        0x80 => "4.00 Bad Request",
        0x81 => "4.01 Unauthorized",
        0x82 => "4.02 Bad Option",
        0x83 => "4.03 Forbidden",
        0x84 => "4.04 Not Found",
        0x85 => "4.05 Method Not Allowed",
        0x86 => "4.06 Not Acceptable",
        0x88 => "4.08 Request Entity Incomplete",
        0x89 => "4.09 Conflict",
        0x8C => "4.12 Precondition Failed",
        0x8D => "4.13 Request Entity Too Large",
        0x8F => "4.15 Unsupported Content-Format",
        0x96 => "4.22 Unprocessable Entity",
        0x9D => "4.29 Too Many Requests",
        0xA0 => "5.00 Internal Server Error",
        0xA1 => "5.01 Not Implemented",
        0xA2 => "5.02 Bad Gateway",
        0xA3 => "5.03 Service Unavailable",
        0xA4 => "5.04 Gateway Timeout",
        0xA5 => "5.05 Proxying Not Supported",
        0xA8 => "5.08 Hop Limit Reached",
        _ => null,
    };

    // IANA "CoAP Option Numbers".
    private static bool IsRegistered(int number) => number is 1 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 11 or 12 or 13 or 14 or 15 or 16 or 17 or 19
        or 20 or 21 or 23 or 27 or 28 or 31 or 35 or 39 or 60 or 252 or 258 or 292 or >= 2048;

    /// <summary>Goes through the options: each gives its distance from the one before, and its length (section 3.1).</summary>
    private ref struct OptionReader(ReadOnlySpan<byte> bytes)
    {
        private WireReader _reader = new(bytes);
        private int _number;

        /// <summary>True when the options ended as they should: with the message, or with a payload of at least one byte.</summary>
        public bool IsAtEnd { get; private set; } = bytes.IsEmpty;

        public bool TryRead(out int number, out ReadOnlySpan<byte> value)
        {
            number = 0;
            value = default;
            if (!_reader.TryReadByte(out byte head))
            {
                return false;
            }

            if (head == PayloadMarker)
            {
                IsAtEnd = !_reader.IsEmpty;
                return false;
            }

            IsAtEnd = false;
            if (!TryReadExtended(head >> 4, out int delta) || !TryReadExtended(head & 0x0F, out int length) || !_reader.TryRead(length, out value))
            {
                return false;
            }

            _number += delta;
            number = _number;
            IsAtEnd = _reader.IsEmpty;
            return true;
        }

        private bool TryReadExtended(int nibble, out int value)
        {
            value = nibble;
            if (nibble == ExtendedByte && _reader.TryReadByte(out byte one))
            {
                value = ExtendedByte + one;
                return true;
            }

            if (nibble == ExtendedTwoBytes && _reader.TryReadUInt16(out ushort two))
            {
                value = ExtendedByte + 256 + two;
                return true;
            }

            return nibble < ExtendedByte;
        }
    }
}
