using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Peers.PeerBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Peers;

public sealed class BitTorrentTests
{
    private static BitTorrentDetails Details(Conversation conversation) => Assert.IsType<BitTorrentDetails>(conversation.Flow.Details);

    private static Conversation Udp(ushort port = 31_000) => new(port, TransportProtocol.UDP);

    [Fact]
    public void Two_peers_name_themselves()
    {
        Conversation conversation = new Conversation(31_000).Client(Handshake("-qB4650-")).Client(ExtensionHandshake);
        Assert.Equal(("BitTorrent", Confidence.Decoded), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.Equal("qBittorrent/4.6.5", Details(conversation).Client);
        conversation.Server(Handshake("-TR2940-", extensions: 0));
        BitTorrentDetails details = Details(conversation);
        Assert.Equal("Transmission 2.94", details.RemoteClient);
        Assert.Equal(Convert.ToHexStringLower(InfoHash), details.InfoHash);
        Assert.True(details.SupportsDht);
        Assert.True(details.SupportsExtensions);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Theory]
    [InlineData("-UT3550-", "µTorrent 3.5.5")]
    [InlineData("-DE13F0-", "Deluge 1.3.F")]
    [InlineData("-ZZ1234-", "ZZ 1.2.3.4")]
    [InlineData("M4-3-6--", null)]
    [InlineData("-\u0001\u000212345", null)]
    public void Peer_ids_tell_programs(string id, string? name) =>
        Assert.Equal(name, Details(new Conversation(31_000).Server(Handshake(id, extensions: 0))).RemoteClient);

    [Fact]
    public void Blocks_before_the_extension_handshake_are_skipped_unread()
    {
        byte[] piece = Bytes(100_009u, 7, new byte[100_008]);
        Conversation conversation = new Conversation(31_000).Client([.. Handshake("-LT2000-"), .. piece[..1000]]);
        Assert.Equal("libtorrent 2.0.0", Details(conversation).Client);
        Assert.Equal(0, conversation.Flow.Buffered);
        conversation.Client(piece.AsSpan(1000)).Client(ExtensionHandshake);
        Assert.Equal("qBittorrent/4.6.5", Details(conversation).Client);
    }

    [Fact]
    public void The_dht_is_told_by_its_messages()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, GetPeers).Datagram(Side.Responder, Found);
        BitTorrentDetails details = Details(conversation);
        Assert.Equal(("DHT", "get_peers", "LT"), (details.Kind, details.Query, details.Client));
        Assert.Equal(Convert.ToHexStringLower("mnopqrstuvwxyz123456"u8), details.InfoHash);
        int version = conversation.Flow.Version;
        conversation.Datagram(Side.Originator, GetPeers);
        Assert.Equal(version, conversation.Flow.Version);
        Assert.Equal("BitTorrent", Udp().Datagram(Side.Responder, Found).Flow.Application);
    }

    [Theory]
    [InlineData("d1:y1:qe")]
    [InlineData("d1:y1:xe1:t2:aae")]
    [InlineData("d1:ad2:id99:abce1:q4:ping1:t2:aa1:y1:qe")]
    [InlineData("d1:t2:aa1:y1:q")]
    [InlineData("d1:q4:ping1:ti5e1:y1:qe")]
    [InlineData("data: 1:y1:q 1:t2:aa")]
    [InlineData("dlllllllllllllllllllllllllll")]
    [InlineData("d99999:aaaaaaaaaaaa")]
    [InlineData("di-e1:t2:aa1:y1:re")]
    public void What_only_looks_like_the_dht_is_not(string text) => Assert.Null(Udp().Datagram(Side.Originator, Bytes(text)).Flow.Application);

    [Fact]
    public void Trackers_and_local_discovery()
    {
        Conversation tracker = Udp(6969).Datagram(Side.Originator, TrackerConnect);
        Assert.Equal("Tracker", Details(tracker).Kind);
        tracker.Datagram(Side.Originator, Bytes(new byte[8], 1u, 8u, InfoHash, new byte[62]));
        Assert.Equal(Convert.ToHexStringLower(InfoHash), Details(tracker).InfoHash);

        Conversation local = Udp(6771).Datagram(Side.Originator,
            Bytes("BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: 6d6e6f707172737475767778797a313233343536\r\n\r\n"));
        Assert.Equal(("Local discovery", "6d6e6f707172737475767778797a313233343536"), (Details(local).Kind, Details(local).InfoHash));
    }
}
