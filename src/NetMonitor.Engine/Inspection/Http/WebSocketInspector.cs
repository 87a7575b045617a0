using System.Buffers.Binary;

namespace NetMonitor.Inspection.Http;

/// <summary>WebSocket after the handshake of HTTP (RFC 6455 section 5): counts messages by the headers of their frames, reads no content.</summary>
internal sealed class WebSocketInspector : StreamInspector
{
    // FIN, RSV1-3, opcode (4); MASK, payload len (7); extended payload length (16 or 64); masking key (32) (section 5.2)
    private const int SmallHeader = 2;
    private const byte OpcodeMask = 0x0F;
    private const byte Masked = 0x80;
    private const byte Length16 = 126;
    private const byte Length64 = 127;
    private const int MaskSize = 4;
    private const int CloseCodeSize = 2;

    private enum Opcode : byte
    {
        Continuation = 0,
        Text = 1,
        Binary = 2,
        Close = 8,
        Ping = 9,
        Pong = 10,
    }

    private readonly string? _subprotocol;
    private readonly string? _extensions;
    private int _textMessages;
    private int _binaryMessages;
    private int? _closeCode;
    private bool _originatorEnded;
    private bool _responderEnded;

    /// <summary>Begins behind the handshake.</summary>
    /// <param name="subprotocol">Sec-WebSocket-Protocol of the response.</param>
    /// <param name="extensions">Sec-WebSocket-Extensions of the response.</param>
    public WebSocketInspector(string? subprotocol, string? extensions)
    {
        _subprotocol = subprotocol;
        _extensions = extensions;
        Changed();
    }

    /// <inheritdoc/>
    public override string Application => "WebSocket";

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        ref bool ended = ref from == Side.Originator ? ref _originatorEnded : ref _responderEnded;
        long consumed = 0;
        while (!ended && consumed < window.Length)
        {
            long used = ReadFrame(window[(int)consumed..], ref ended);
            if (used == 0)
            {
                break;
            }

            consumed += used;
        }

        return new Progress(ended ? long.MaxValue : consumed, _originatorEnded && _responderEnded ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new WebSocketDetails
    {
        Subprotocol = _subprotocol,
        Extensions = _extensions,
        TextMessages = _textMessages,
        BinaryMessages = _binaryMessages,
        CloseCode = _closeCode,
    };

    /// <returns>Bytes used; 0 when more is needed.</returns>
    private long ReadFrame(ReadOnlySpan<byte> bytes, ref bool ended)
    {
        if (bytes.Length < SmallHeader)
        {
            return 0;
        }

        var opcode = (Opcode)(bytes[0] & OpcodeMask);
        bool isMasked = (bytes[1] & Masked) != 0;
        byte small = (byte)(bytes[1] & ~Masked);
        int header = SmallHeader + small switch { Length16 => sizeof(ushort), Length64 => sizeof(ulong), _ => 0 };
        if (bytes.Length < header)
        {
            return 0;
        }

        ulong length = small switch
        {
            Length16 => BinaryPrimitives.ReadUInt16BigEndian(bytes[SmallHeader..]),
            Length64 => BinaryPrimitives.ReadUInt64BigEndian(bytes[SmallHeader..]),
            _ => small,
        };
        header += isMasked ? MaskSize : 0;
        bool isControl = opcode >= Opcode.Close;
        if (opcode is not (Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong)
            || (isControl && small >= Length16) || length > long.MaxValue / 2)
        {
            ended = true; // Not a frame: what follows cannot be told apart.
            return bytes.Length;
        }

        if (opcode == Opcode.Close)
        {
            if (bytes.Length < header + (int)length)
            {
                return 0;
            }

            ended = true;
            ReadClose(bytes[(header - (isMasked ? MaskSize : 0))..(header + (int)length)], isMasked);
        }
        else if (opcode is Opcode.Text or Opcode.Binary)
        {
            (_textMessages, _binaryMessages) = opcode == Opcode.Text ? (_textMessages + 1, _binaryMessages) : (_textMessages, _binaryMessages + 1);
            Changed();
        }

        return header + (long)length;
    }

    /// <summary>The status code in the first two bytes (section 5.5.1), masked with the first two of the key (section 5.3).</summary>
    private void ReadClose(ReadOnlySpan<byte> bytes, bool isMasked)
    {
        int at = isMasked ? MaskSize : 0;
        if (_closeCode is null && bytes.Length >= at + CloseCodeSize)
        {
            int code = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            _closeCode = isMasked ? code ^ BinaryPrimitives.ReadUInt16BigEndian(bytes) : code;
            Changed();
        }
    }
}
