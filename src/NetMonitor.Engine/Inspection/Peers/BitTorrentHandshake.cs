using System.Buffers;
using System.Collections.Frozen;

namespace NetMonitor.Inspection.Peers;

/// <summary>The first message of a peer (BEP 3): 19, "BitTorrent protocol", 8 bytes of bits, info hash, peer id.</summary>
internal readonly ref struct BitTorrentHandshake
{
    private const int ReservedAt = 20;
    private const int InfoHashAt = ReservedAt + 8;
    private const int PeerIdAt = InfoHashAt + HashSize;
    private const int ExtensionByte = ReservedAt + 5;
    private const byte ExtensionBit = 0x10;     // BEP 10
    private const int DhtByte = ReservedAt + 7;
    private const byte DhtBit = 0x01;           // BEP 5
    private const int AzureusStyleSize = 8;     // "-qB4650-"

    private static readonly SearchValues<byte> AlphaNumeric =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // BEP 20 and the programs' own sources.
    private static readonly FrozenDictionary<string, string> Clients = new Dictionary<string, string>
    {
        ["A2"] = "aria2",
        ["AZ"] = "Vuze",
        ["BC"] = "BitComet",
        ["BI"] = "BiglyBT",
        ["BT"] = "BitTorrent",
        ["DE"] = "Deluge",
        ["FD"] = "Free Download Manager",
        ["FW"] = "FrostWire",
        ["KT"] = "KTorrent",
        ["LT"] = "libtorrent",
        ["PI"] = "PicoTorrent",
        ["SD"] = "Thunder",
        ["TR"] = "Transmission",
        ["TX"] = "Tixati",
        ["UM"] = "µTorrent Mac",
        ["UT"] = "µTorrent",
        ["UW"] = "µTorrent Web",
        ["WW"] = "WebTorrent",
        ["XL"] = "Xunlei",
        ["lt"] = "rTorrent",
        ["qB"] = "qBittorrent",
    }.ToFrozenDictionary();

    private readonly ReadOnlySpan<byte> _bytes;

    private BitTorrentHandshake(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public const int HashSize = 20;
    public const int Size = PeerIdAt + 20;

    public static ReadOnlySpan<byte> Signature => "\u0013BitTorrent protocol"u8;

    public bool SupportsDht => (_bytes[DhtByte] & DhtBit) != 0;

    public bool SupportsExtensions => (_bytes[ExtensionByte] & ExtensionBit) != 0;

    public string InfoHash => Convert.ToHexStringLower(_bytes.Slice(InfoHashAt, HashSize));

    /// <summary>Program and version as the peer id tells in the style of Azureus (BEP 20), or null.</summary>
    public string? Client => ClientOf(_bytes[PeerIdAt..Size]);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out BitTorrentHandshake handshake)
    {
        bool whole = bytes.Length >= Size && bytes.StartsWith(Signature);
        handshake = whole ? new BitTorrentHandshake(bytes[..Size]) : default;
        return whole;
    }

    private static string? ClientOf(ReadOnlySpan<byte> id)
    {
        if (id[0] != '-' || id[AzureusStyleSize - 1] != '-' || id[1..(AzureusStyleSize - 1)].ContainsAnyExcept(AlphaNumeric))
        {
            return null;
        }

        string code = WireText.Clean(id.Slice(1, 2));
        string version = WireText.Clean(id.Slice(3, 4));

        // Transmission had two digits after one point before 4.0.
        string dotted = code == "TR" && version[0] < '4' ? $"{version[0]}.{version[1..3]}"
            : version[3] == '0' ? $"{version[0]}.{version[1]}.{version[2]}" : $"{version[0]}.{version[1]}.{version[2]}.{version[3]}";
        return $"{Clients.GetValueOrDefault(code, code)} {dotted}";
    }
}
