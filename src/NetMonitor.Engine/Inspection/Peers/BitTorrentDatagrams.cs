using System.Buffers.Binary;

namespace NetMonitor.Inspection.Peers;

/// <summary>BitTorrent over UDP: the DHT (BEP 5), trackers (BEP 15), local service discovery (BEP 14).</summary>
internal sealed class BitTorrentDatagrams : DatagramInspector
{
    private const ulong TrackerMagic = 0x41727101980; // BEP 15: the protocol id of a connect request
    private const int ConnectSize = 16;               // protocol id, action, transaction id
    private const int ActionAt = 8;
    private const int AnnounceSize = 98;
    private const int AnnounceHashAt = 16;
    private const uint Connect = 0;
    private const uint Announce = 1;

    private string _kind = "DHT";
    private string? _infoHash;
    private string? _query;
    private string? _client;
    private string? _remoteClient;
    private bool _changed;

    /// <inheritdoc/>
    public override string Application => "BitTorrent";

    private static ReadOnlySpan<byte> Discovery => "BT-SEARCH * HTTP/1.1\r\n"u8;

    /// <summary>A whole message of one of the three.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        IsDht(bytes) || IsConnect(bytes) || bytes.StartsWith(Discovery) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        _changed = false;
        if (IsDht(datagram))
        {
            Set(ref _kind, "DHT");
            ReadDht(from, datagram);
        }
        else if (IsConnect(datagram))
        {
            Set(ref _kind, "Tracker");
        }
        else if (datagram.StartsWith(Discovery))
        {
            Set(ref _kind, "Local discovery");
            ReadDiscovery(datagram);
        }
        else if (_kind == "Tracker" && datagram.Length >= AnnounceSize && BinaryPrimitives.ReadUInt32BigEndian(datagram[ActionAt..]) == Announce)
        {
            SetHash(datagram.Slice(AnnounceHashAt, BitTorrentHandshake.HashSize));
        }

        if (_changed)
        {
            Changed();
        }

        return Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() =>
        new BitTorrentDetails { Kind = _kind, InfoHash = _infoHash, Query = _query, Client = _client, RemoteClient = _remoteClient };

    /// <summary>KRPC: a dictionary with "t", and with "y" that says query, response or error.</summary>
    private static bool IsDht(ReadOnlySpan<byte> bytes)
    {
        // Keys are sorted: the first is one of a, e, ip, q, r.
        if (bytes.Length < 12 || bytes[0] != 'd' || bytes[1] is not ((byte)'1' or (byte)'2')
            || !Bencode.TryFindString(bytes, "y"u8, out ReadOnlySpan<byte> type) || type.Length != 1
            || !Bencode.TryFindString(bytes, "t"u8, out _))
        {
            return false;
        }

        return type[0] switch
        {
            (byte)'q' => Bencode.TryFindString(bytes, "q"u8, out _),
            (byte)'r' => Bencode.TryFind(bytes, "r"u8, out _),
            (byte)'e' => Bencode.TryFind(bytes, "e"u8, out _),
            _ => false,
        };
    }

    private static bool IsConnect(ReadOnlySpan<byte> bytes) => bytes.Length == ConnectSize
        && BinaryPrimitives.ReadUInt64BigEndian(bytes) == TrackerMagic && BinaryPrimitives.ReadUInt32BigEndian(bytes[ActionAt..]) == Connect;

    private void ReadDht(Side from, ReadOnlySpan<byte> datagram)
    {
        if (Bencode.TryFindString(datagram, "q"u8, out ReadOnlySpan<byte> query))
        {
            _changed |= WireText.Update(ref _query, query);
        }

        if (Bencode.TryFind(datagram, "a"u8, out ReadOnlySpan<byte> arguments)
            && Bencode.TryFindString(arguments, "info_hash"u8, out ReadOnlySpan<byte> hash) && hash.Length == BitTorrentHandshake.HashSize)
        {
            SetHash(hash);
        }

        // "v": two letters and two bytes of version, which need not be text.
        if (Bencode.TryFindString(datagram, "v"u8, out ReadOnlySpan<byte> program) && program.Length == 4)
        {
            _changed |= WireText.Update(ref from == Side.Originator ? ref _client : ref _remoteClient, program[..2]);
        }
    }

    private void ReadDiscovery(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> field = "\nInfohash: "u8;
        int at = datagram.IndexOf(field);
        const int Digits = BitTorrentHandshake.HashSize * 2;
        if (at >= 0 && datagram.Length >= at + field.Length + Digits)
        {
            _changed |= WireText.Update(ref _infoHash, datagram.Slice(at + field.Length, Digits));
        }
    }

    private void SetHash(ReadOnlySpan<byte> hash)
    {
        Span<char> text = stackalloc char[BitTorrentHandshake.HashSize * 2];
        Convert.TryToHexStringLower(hash, text, out _);
        if (!text.SequenceEqual(_infoHash))
        {
            _infoHash = new string(text);
            _changed = true;
        }
    }

    private void Set(ref string field, string value)
    {
        if (field != value || Revision == 0)
        {
            field = value;
            _changed = true;
        }
    }
}
