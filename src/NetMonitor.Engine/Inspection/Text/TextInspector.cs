using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Text;

/// <summary>
/// Follows a protocol of text line by line, in any split and with either direction ahead of the other, and hands over to TLS where both
/// sides agreed to (STARTTLS). A TLS hello cannot be a line of text, so where one stands the text of its direction is over.
/// </summary>
internal abstract class TextInspector(FlowContext context) : StreamInspector
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';
    private const byte HighBit = 0x80; // the hello of SSL 2.0 begins so, and text here hardly does

    private struct Direction
    {
        public bool Seen;
        public bool IsAtTls;
    }

    private Direction _originator;
    private Direction _responder;
    private Side? _grantedBy;
    private Side? _server;

    /// <inheritdoc/>
    internal override Side? Opener => _server is { } server ? Other(server) : null;
    private bool _isDone;

    /// <inheritdoc/>
    public sealed override Upgrade? Upgrade => new(context, TlsInspector.Begin(context), Application);

    /// <summary>True once the client asked for TLS.</summary>
    protected bool AskedForTls { get; private set; }

    /// <inheritdoc/>
    public sealed override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        ref Direction direction = ref DirectionOf(from);
        direction.Seen |= !window.IsEmpty;
        long consumed = 0;
        while (consumed < window.Length && !direction.IsAtTls && !_isDone)
        {
            ReadOnlySpan<byte> rest = window[(int)consumed..];
            Match tls = ProbeTls(from, rest);
            direction.IsAtTls = tls == Match.Yes;
            int end = tls == Match.No ? EndOfUnit(rest) : 0;
            if (end == 0)
            {
                break;
            }

            consumed += end;
            long skip = Read(from, rest[..end]);
            consumed = skip > long.MaxValue - consumed ? long.MaxValue : consumed + skip;
        }

        return new Progress(consumed, _isDone ? Outcome.Finished : MayUpgrade() ? Outcome.Upgraded : Outcome.More);
    }

    /// <summary>Bytes of the line at the front, its end included; 0 when it is not whole.</summary>
    protected virtual int EndOfUnit(ReadOnlySpan<byte> bytes) => bytes.IndexOf(LineFeed) + 1;

    /// <summary>Reads a line, its end included.</summary>
    /// <returns>Bytes behind it that are not text.</returns>
    protected virtual long Read(Side from, ReadOnlySpan<byte> unit) => ReadLine(from, unit[..^1].TrimEnd(CarriageReturn));

    /// <summary>Reads a line without its end.</summary>
    /// <returns>Bytes behind it that are not lines.</returns>
    protected virtual long ReadLine(Side from, ReadOnlySpan<byte> line) => 0;

    /// <summary>True for the server. Its side is told once, by the first line that tells.</summary>
    protected bool IsServer(Side from, bool looksLikeServer)
    {
        _server ??= looksLikeServer ? from : Other(from);
        return _server == from;
    }

    /// <summary>The client asked for TLS.</summary>
    protected void AskForTls()
    {
        AskedForTls = true;
        Changed();
    }

    /// <summary>The server agreed to TLS: after the client's request both speak it.</summary>
    protected void GrantTls(Side server) => _grantedBy = server;

    /// <summary>Nothing more is expected.</summary>
    protected void Done() => _isDone = true;

    private static Side Other(Side side) => side == Side.Originator ? Side.Responder : Side.Originator;

    private ref Direction DirectionOf(Side side) => ref side == Side.Originator ? ref _originator : ref _responder;

    private Match ProbeTls(Side from, ReadOnlySpan<byte> bytes) =>
        bytes[0] == (byte)TlsContentType.Handshake || (AskedForTls && bytes[0] >= HighBit)
            ? TlsInspector.Probe(context, from, bytes) : Match.No;

    private bool MayUpgrade() => MayUpgrade(Side.Originator) || MayUpgrade(Side.Responder);

    /// <summary>One direction is at TLS; the other one too, or it has no text left to read, or it was not captured at all.</summary>
    private bool MayUpgrade(Side side)
    {
        Side other = Other(side);
        return DirectionOf(side).IsAtTls && (DirectionOf(other).IsAtTls || !DirectionOf(other).Seen || _grantedBy == other);
    }
}
