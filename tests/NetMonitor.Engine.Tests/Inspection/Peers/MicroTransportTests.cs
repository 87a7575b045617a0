using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Dns;
using NetMonitor.Tests.Inspection.Tunnels;
using static NetMonitor.Tests.Inspection.Peers.PeerBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Peers;

public sealed class MicroTransportTests
{
    private const int Data = 0;
    private const int Fin = 1;
    private const int State = 2;
    private const int Reset = 3;
    private const int Syn = 4;

    private static Conversation Udp(ushort port = 31_000) => new(port, TransportProtocol.UDP);

    [Fact]
    public void A_syn_is_a_guess_its_answer_makes_it_sure()
    {
        Conversation conversation = Udp().Datagram(Side.Originator, MicroTransport(Syn, 0x1234, 1, 0));
        Assert.Equal(("uTP", Confidence.Heuristic), (conversation.Flow.Application, conversation.Flow.Confidence));
        conversation.Datagram(Side.Originator, MicroTransport(Syn, 0x1234, 1, 0)); // sent again
        Assert.Equal(Confidence.Heuristic, conversation.Flow.Confidence);
        conversation.Datagram(Side.Responder, MicroTransport(State, 0x1234, 900, 1, difference: 77));
        Assert.Equal(("uTP", Confidence.Signature), (conversation.Flow.Application, conversation.Flow.Confidence));
        conversation.Datagram(Side.Originator, MicroTransport(Data, 0x1235, 2, 900, 78, Handshake("-UT3550-")));
        Assert.Equal(("BitTorrent", Confidence.Decoded), (conversation.Flow.Application, conversation.Flow.Confidence));
        BitTorrentDetails details = Assert.IsType<BitTorrentDetails>(conversation.Flow.Details);
        Assert.Equal(("uTP", "µTorrent 3.5.5"), (details.Kind, details.Client));
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void An_answer_with_other_numbers_takes_the_guess_back()
    {
        byte[] syn = MicroTransport(Syn, 0x1234, 1, 0);
        Assert.Null(Udp().Datagram(Side.Originator, syn).Datagram(Side.Responder, MicroTransport(State, 0x4321, 9, 1)).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, syn).Datagram(Side.Responder, MicroTransport(State, 0x1234, 9, 2)).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, syn).Datagram(Side.Responder, MicroTransport(Fin, 0x1234, 9, 1)).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, syn).Datagram(Side.Originator, new byte[200]).Flow.Application);
        Conversation other = Udp(53).Datagram(Side.Originator, syn).Datagram(Side.Originator, DnsBytes.Ask(1, "a.example", 1));
        Assert.Equal("DNS", other.Flow.Application);
    }

    /// <summary>The misfire that RustNet is known for: any datagram that begins like a header of uTP, WireGuard's among them.</summary>
    [Fact]
    public void What_merely_begins_like_it_is_not_it()
    {
        byte[][] datagrams =
        [
            MicroTransport(Data, 0x1234, 5, 6, 7, new byte[1000]),
            MicroTransport(State, 0x1234, 5, 6, 7),
            MicroTransport(Fin, 0x1234, 5, 6, 7),
            MicroTransport(Reset, 0x1234, 5, 6, 7),
            MicroTransport(Syn, 0x1234, 5, 6),              // acknowledges
            MicroTransport(Syn, 0x1234, 5, 0, 7),           // has measured a delay
            MicroTransport(Syn, 0x1234, 5, 0, 0, 1, 2, 3),  // has payload
            TunnelBytes.WireGuardInitiation, TunnelBytes.WireGuardResponse, TunnelBytes.WireGuardCookie, TunnelBytes.WireGuardData(1),
        ];
        Assert.All(datagrams, datagram => Assert.NotEqual("uTP", Udp().Datagram(Side.Originator, datagram).Flow.Application));

        Random random = new(5);
        byte[] noise = new byte[1200];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(noise);
            noise[0] = (byte)((i % 5 << 4) | 1); // every type, version 1
            noise[1] = (byte)(i % 3);
            int length = random.Next(4) == 0 ? 20 : random.Next(20, noise.Length);
            Conversation conversation = Udp().Datagram(Side.Originator, noise.AsSpan(0, length));
            Assert.Null(conversation.Flow.Application);
        }
    }

    [Fact]
    public void The_extension_bits_of_old_programs_are_taken()
    {
        byte[] syn = MicroTransport(Syn, 0x1234, 1, 0);
        syn[1] = 2;
        Assert.Equal("uTP", Udp().Datagram(Side.Originator, Bytes(syn, 0, 8, new byte[8])).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, Bytes(syn, 0, 7, new byte[8])).Flow.Application);
    }
}
