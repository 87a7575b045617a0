using System.Buffers.Binary;

namespace NetMonitor.Inspection.Peers;

/// <summary>The peer wire protocol (BEP 3): a handshake of each side, then messages, of which the extension handshake (BEP 10) names the
/// program. A stream with message encryption shows nothing of this.</summary>
internal sealed class BitTorrentStream : StreamInspector
{
    private const int LengthSize = 4;           // bytes
    private const byte Extended = 20;           // message id, BEP 10
    private const int ExtendedHeaderSize = 2;   // message id, extension id (0: the handshake)
    private const int LongestExtensionHandshake = 16 * 1024; // bytes; real ones have some hundred
    private const int MessagesLookedAt = 4;     // the extension handshake follows the handshake at once

    private struct Direction
    {
        public string? Client;
        public bool SawHandshake;
        public int Messages;
        public bool IsDone;
    }

    private Direction _originator;
    private Direction _responder;
    private string? _infoHash;
    private bool _dht;
    private bool _extensions;

    /// <inheritdoc/>
    public override string Application => "BitTorrent";

    /// <summary>The 20 bytes that begin either side.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => Prefix.Of(bytes, BitTorrentHandshake.Signature);

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        ref Direction direction = ref from == Side.Originator ? ref _originator : ref _responder;
        long at = 0;
        if (!direction.SawHandshake)
        {
            if (!BitTorrentHandshake.TryParse(window, out BitTorrentHandshake handshake))
            {
                bool other = Prefix.Of(window, BitTorrentHandshake.Signature) == Match.No;
                return new Progress(0, other ? Outcome.Reject : Outcome.More);
            }

            Read(ref direction, handshake);
            at = BitTorrentHandshake.Size;
        }

        while (!direction.IsDone && at < window.Length && TryReadMessage(ref direction, window[(int)at..], out long size))
        {
            at += size;
        }

        if (direction.IsDone)
        {
            return new Progress(long.MaxValue, _originator.IsDone && _responder.IsDone ? Outcome.Finished : Outcome.More);
        }

        return new Progress(at, Outcome.More);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new BitTorrentDetails
    {
        Kind = "Peer",
        InfoHash = _infoHash,
        Client = _originator.Client,
        RemoteClient = _responder.Client,
        SupportsDht = _dht,
        SupportsExtensions = _extensions,
    };

    private void Read(ref Direction direction, in BitTorrentHandshake handshake)
    {
        direction.SawHandshake = true;
        direction.Client = handshake.Client;
        direction.IsDone = !handshake.SupportsExtensions;
        _infoHash ??= handshake.InfoHash;
        _dht |= handshake.SupportsDht;
        _extensions |= handshake.SupportsExtensions;
        Changed();
    }

    private bool TryReadMessage(ref Direction direction, ReadOnlySpan<byte> rest, out long size)
    {
        size = 0;
        if (rest.Length < LengthSize + 1)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        bool isExtended = length > ExtendedHeaderSize && length <= LongestExtensionHandshake && rest[LengthSize] == Extended;
        if (isExtended && rest.Length < LengthSize + length)
        {
            return false;
        }

        if (isExtended && rest[LengthSize + 1] == 0)
        {
            direction.IsDone = true;
            ReadOnlySpan<byte> dictionary = rest[(LengthSize + ExtendedHeaderSize)..(int)(LengthSize + length)];
            if (Bencode.TryFindString(dictionary, "v"u8, out ReadOnlySpan<byte> name) && WireText.Update(ref direction.Client, name))
            {
                Changed();
            }
        }

        direction.IsDone |= ++direction.Messages >= MessagesLookedAt;
        size = LengthSize + (long)length;
        return true;
    }
}
