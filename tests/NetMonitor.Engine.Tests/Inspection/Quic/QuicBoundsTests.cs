using System.Text;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Quic;
using static NetMonitor.Tests.Inspection.Quic.QuicBytes;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Quic;

/// <summary>QUIC that is old, joined late, damaged or hostile.</summary>
public sealed class QuicBoundsTests
{
    private static readonly QuicBytes V1 = new();
    private static readonly FlowContext Context = new(TransportProtocol.UDP, 50_000, 4433);

    private static byte[] Hello => ClientHello(Sni("www.example.com"), Alpn("h3"), Versions(0x0304));

    private static Conversation Talk(ushort port = 443) => new(port, TransportProtocol.UDP);

    /// <summary>A CHLO of Google QUIC with a server name and a user agent.</summary>
    private static byte[] Chlo(string name, string agent)
    {
        byte[] values = Encoding.ASCII.GetBytes("pad" + name + agent);
        byte[] Tag(string tag, int end) => Bytes(tag, end & 0xFF, end >> 8, 0, 0);
        return Bytes("CHLO", 3, 0, 0, 0, Tag("PAD\0", 3), Tag("SNI\0", 3 + name.Length), Tag("UAID", values.Length), values);
    }

    [Fact]
    public void Google_quic_up_to_q043_names_its_server()
    {
        byte[] packet = Bytes(0x09, FirstId, "Q043", 1, new byte[12], 0xA0, 1, U16(0x0400), Chlo("www.google.example", "Chrome/60"), new byte[900]);
        Conversation talk = Talk(port: 8443).Datagram(Side.Originator, packet);
        QuicDetails details = Assert.IsType<QuicDetails>(talk.Flow.Details);
        Assert.Equal(("Q043", "www.google.example", "Chrome/60"), (details.Version, details.Sni, details.UserAgent));
        Assert.Equal(ConnectionState.QUIC_INITIAL, talk.Flow.State);
        talk.Datagram(Side.Responder, Bytes(0x08, FirstId, 1, new byte[40]));
        Assert.Equal(ConnectionState.QUIC_HANDSHAKE, talk.Flow.State);
        talk.Datagram(Side.Originator, Bytes(0x08, FirstId, 2, new byte[40]));
        Assert.Equal(ConnectionState.QUIC_CONNECTED, talk.Flow.State);
        Assert.True(talk.Flow.IsFinished);
    }

    [Fact]
    public void Google_quic_q046_names_its_server()
    {
        byte[] packet = Bytes(0xC3, "Q046", 0x50, FirstId, 0u, new byte[12], 0xA0, 1, U16(0x0400), Chlo("www.google.example", "Chrome/74"), new byte[900]);
        QuicDetails details = Assert.IsType<QuicDetails>(Talk(port: 8443).Datagram(Side.Originator, packet).Flow.Details);
        Assert.Equal(("Q046", "www.google.example", "Chrome/74"), (details.Version, details.Sni, details.UserAgent));
        Assert.Equal("QUIC", Talk().Datagram(Side.Originator, packet).Flow.Application);
    }

    [Fact]
    public void Google_quic_q050_is_opened()
    {
        QuicBytes google = new() { Version = 0x51303530, Salt = "504574EFD066FE2F9D945CFCDBD3A7F0D3B56B45" };
        byte[] chlo = Chlo("www.google.example", "Chrome/83");
        byte[] packet = google.Client(Bytes(8, VarInt(0), VarInt(chlo.Length), chlo));
        QuicDetails details = Assert.IsType<QuicDetails>(Talk(port: 8443).Datagram(Side.Originator, packet).Flow.Details);
        Assert.Equal(("Q050", "www.google.example", "Chrome/83"), (details.Version, details.Sni, details.UserAgent));
    }

    [Fact]
    public void A_connection_joined_late_is_more_likely_the_more_it_looks_like_one()
    {
        Conversation talk = Talk();
        for (int i = 0; i < 10; i++)
        {
            talk.Datagram(i % 2 == 0 ? Side.Originator : Side.Responder, Short(i));
        }

        Assert.Equal(("QUIC", Confidence.Heuristic, ConnectionState.QUIC_CONNECTED), (talk.Flow.Application, talk.Flow.Confidence, talk.Flow.State));

        // OpenVPN's data packets (0x48 in front, always) share the two bits, but not the randomness of the others.
        Conversation other = Talk();
        for (int i = 0; i < 10; i++)
        {
            byte[] packet = Short(i);
            packet[0] = 0x48;
            other.Datagram(i % 2 == 0 ? Side.Originator : Side.Responder, packet);
        }

        Assert.Equal((Confidence.Port, (ConnectionState?)null), (other.Flow.Confidence, other.Flow.State));
    }

    [Fact]
    public void Datagrams_of_other_protocols_are_not_taken()
    {
        byte[][] others =
        [
            Bytes(U16(0x1234), U16(0x0100), U16(1), U16(0), U16(0), U16(0), "\u0003www\u0007example\u0003com", 0, U16(1), U16(1)),  // DNS
            Bytes(22, U16(0xFEFD), new byte[11], 1, new byte[60]),                                 // DTLS
            Bytes(0x00, 0x01, U16(0), 0x2112A442u, new byte[12]),                                  // STUN
            Bytes(0x80, 0x60, U16(1), 160u, 0xDEADBEEFu, new byte[160]),                           // RTP
            Bytes(1, 0, 0, 0, new byte[144]),                                                      // WireGuard
            Bytes(0xE3, new byte[47]),                                                             // NTP
            Bytes(0xC0, 1u, 30, new byte[60]),                                                     // an id too long
            Bytes(0xC0, 0xDEADBEEFu, 8, new byte[1300]),                                           // an unknown version
            Bytes(0x80, 0u, 8, new byte[8], 8, new byte[8], 0xDEADBEEFu),                          // versions nobody knows
            Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"),   // BitTorrent DHT
            Encoding.ASCII.GetBytes("INVITE sip:bob@example.com SIP/2.0\r\n\r\n"),
            Encoding.ASCII.GetBytes("M-SEARCH * HTTP/1.1\r\n\r\n"),
        ];
        Assert.All(others, bytes => Assert.Equal(Match.No, QuicProbe.Probe(Context, Side.Originator, bytes)));
        Assert.All(others, bytes => Assert.Equal(Match.No, QuicProbe.ProbeJoined(Context, Side.Originator, bytes)));
    }

    [Fact]
    public void Damaged_bytes_never_throw_and_hold_little()
    {
        byte[][] golden =
        [
            V1.Client(Crypto(0, Hello)),
            Bytes(V1.Server(Bytes(Ack, Crypto(0, ServerHello13))), V1.Handshake([], ServerId), Short(1)),
            V1.Retry([], ServerId, new byte[40]),
            Negotiation([], FirstId, Version2),
            Bytes(0x09, FirstId, "Q043", 1, new byte[12], 0xA0, 1, U16(0x0400), Chlo("a.example", "b")),
            Bytes(0xC3, "Q046", 0x50, FirstId, 0u, new byte[12], 0xA0, 1, U16(0x0400), Chlo("a.example", "b")),
        ];
        Random random = new(11);
        for (int round = 0; round < 3000; round++)
        {
            QuicInspector inspector = new(joined: false);
            for (int i = 0; i < 4; i++)
            {
                byte[] bytes = [.. golden[random.Next(golden.Length)]];
                for (int flips = random.Next(4); flips > 0; flips--)
                {
                    bytes[random.Next(Math.Min(bytes.Length, 64))] = (byte)random.Next(256);
                }

                inspector.Inspect((Side)random.Next(2), bytes.AsSpan(0, random.Next(8) == 0 ? random.Next(1, bytes.Length) : bytes.Length), 0);
            }

            Assert.InRange(inspector.Buffered, 0, InspectionLimits.QuicWaitingBytes + (8 * 1500));
            _ = inspector.Details;
        }
    }

    /// <summary>The frames inside, which only who knows the keys can damage.</summary>
    [Fact]
    public void Damaged_frames_never_throw()
    {
        byte[] golden = Bytes(Ack, Crypto(0, Hello), Bytes(3, VarInt(9), VarInt(1), VarInt(1), VarInt(2), VarInt(1), VarInt(1), VarInt(0), VarInt(0), VarInt(0)), Close(7, "reason"));
        Random random = new(13);
        for (int round = 0; round < 3000; round++)
        {
            byte[] frames = [.. golden];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                frames[random.Next(frames.Length)] = (byte)random.Next(256);
            }

            QuicInspector inspector = new(joined: false);
            inspector.Inspect(Side.Originator, V1.Client(frames), 0);
            inspector.Inspect(Side.Responder, V1.Server(frames[..random.Next(30, frames.Length)]), 0);
            Assert.InRange(inspector.Buffered, 0, 3000);
            _ = inspector.Details;
        }
    }

    [Fact]
    public void What_a_flow_makes_us_keep_and_compute_is_bounded()
    {
        QuicInspector inspector = new(joined: false);
        for (int i = 0; i < 300; i++)
        {
            // Handshake data with gaps, without end.
            inspector.Inspect(Side.Originator, V1.Client(Crypto((i * 1100) + 1, new byte[1000]), number: (uint)i), 0);
        }

        Assert.InRange(inspector.Buffered, 0, InspectionLimits.QuicCryptoBytes);
        inspector = new(joined: false);
        for (int i = 0; i < 300; i++)
        {
            byte[] unopenable = V1.Client(Crypto(0, Hello), number: (uint)i);
            unopenable[^1] ^= 1;
            inspector.Inspect(Side.Originator, unopenable, 0);
        }

        Assert.InRange(inspector.Buffered, 1, InspectionLimits.QuicWaitingBytes);
        inspector.Inspect(Side.Originator, V1.Client(Crypto(0, Hello)), 0);
        Assert.Null(Assert.IsType<QuicDetails>(inspector.Details).Sni); // Given up.
    }

    [Fact]
    public void A_connected_flow_costs_nothing()
    {
        QuicInspector inspector = new(joined: false);
        inspector.Inspect(Side.Originator, V1.Client(Crypto(0, Hello)), 0);
        byte[] packet = Short(5);
        byte[] handshake = V1.Handshake(ServerId, []);
        inspector.Inspect(Side.Originator, packet, 0);
        inspector.Inspect(Side.Originator, handshake, 0);
        int revision = inspector.Revision;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            inspector.Inspect(Side.Originator, packet, 0);
            inspector.Inspect(Side.Originator, handshake, 0);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(revision, inspector.Revision);
        Assert.Equal(Outcome.Finished, inspector.Inspect(Side.Originator, packet, 0)); // The other side's answer was not captured.
    }

    [Fact]
    public void A_flow_of_which_only_the_server_is_seen_ends_too()
    {
        Conversation talk = Talk().Datagram(Side.Originator, V1.Client(Crypto(0, Hello))).Datagram(Side.Responder, Short(0));
        Assert.Equal(ConnectionState.QUIC_HANDSHAKE, talk.Flow.State); // Servers may send before the handshake is done.
        for (int i = 1; i < InspectionLimits.QuicShortDatagrams; i++)
        {
            Assert.False(talk.Flow.IsFinished);
            talk.Datagram(Side.Responder, Short(i));
        }

        Assert.Equal(ConnectionState.QUIC_CONNECTED, talk.Flow.State);
        Assert.True(talk.Flow.IsFinished);
        Assert.Equal("www.example.com", Assert.IsType<QuicDetails>(talk.Flow.Details).Sni);
    }

    [Theory]
    [InlineData(ConnectionState.QUIC_CONNECTED, 60, 600)]
    [InlineData(ConnectionState.QUIC_CONNECTED, 61, 300)]
    [InlineData(ConnectionState.QUIC_INITIAL, 0, 60)]
    [InlineData(ConnectionState.QUIC_HANDSHAKE, 0, 60)]
    [InlineData(ConnectionState.QUIC_DRAINING, 0, 10)]
    [InlineData(ConnectionState.QUIC_CLOSED, 0, 5)]
    public void States_have_timeouts_of_their_own(ConnectionState state, int idleSeconds, int expectedSeconds)
    {
        FlowFacts facts = new(TransportProtocol.UDP, state, "QUIC", idleSeconds * UnixTime.NanosecondsPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), TimeoutPolicy.Default.For(facts).After);
    }
}
