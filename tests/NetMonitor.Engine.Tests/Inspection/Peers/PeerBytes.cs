using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Peers;

/// <summary>Messages of BitTorrent and uTP, after BEP 3, 5, 10, 15 and 29.</summary>
internal static class PeerBytes
{
    public static readonly byte[] InfoHash = [.. Enumerable.Range(1, 20).Select(i => (byte)(i * 9))];

    public static readonly byte[] ExtensionHandshake = Extension("d1:md11:ut_metadatai3ee1:v17:qBittorrent/4.6.5e");

    public static readonly byte[] GetPeers = Bytes("d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:v4:LT\u0001\u00021:y1:qe");

    public static readonly byte[] Found = Bytes("d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re");

    public static readonly byte[] TrackerConnect = Bytes(0x417u, 0x27101980u, 0u, 7u);

    public static byte[] Handshake(string client, int extensions = 0x10) =>
        Bytes(19, "BitTorrent protocol", 0, 0, 0, 0, 0, extensions, 0, 5, InfoHash, client, "abcdefghijkl");

    public static byte[] Extension(string dictionary) => Bytes((uint)(2 + dictionary.Length), 20, 0, dictionary);

    /// <summary>A uTP header and payload.</summary>
    public static byte[] MicroTransport(int type, int connection, int sequence, int acknowledgment, uint difference = 0, params byte[] payload) =>
        Bytes((type << 4) | 1, 0, U16(connection), 0x01020304u, difference, 0x0010_0000u, U16(sequence), U16(acknowledgment), payload);
}
