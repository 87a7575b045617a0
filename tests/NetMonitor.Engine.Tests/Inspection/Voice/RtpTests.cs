using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Dns;
using NetMonitor.Tests.Inspection.Text;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Voice;

public sealed class RtpTests
{
    private static byte[] Packet(int sequence, uint source = 0x11223344, int type = 8) =>
        Bytes(0x80, type, U16(sequence), (uint)(sequence * 160), source, new byte[160]);

    private static byte[] SenderReport(uint source) => Bytes(0x80, 200, U16(6), source, new byte[20]);

    private static Conversation New() => new(40_000, TransportProtocol.UDP, 40_002);

    [Fact]
    public void A_stream_is_believed_after_four_in_sequence()
    {
        Conversation conversation = New();
        for (int i = 0; i < 3; i++)
        {
            conversation.Datagram(Side.Originator, Packet(65_534 + i)).Datagram(Side.Originator, Packet(65_534 + i));
            Assert.Null(conversation.Flow.Application);
            Assert.Null(conversation.Flow.Confidence);
            Assert.Null(conversation.Flow.Details);
        }

        conversation.Datagram(Side.Originator, Packet(65_538));
        Assert.Equal("RTP", conversation.Flow.Application);
        Assert.Equal(Confidence.Heuristic, conversation.Flow.Confidence);
        conversation.Datagram(Side.Responder, Packet(1, 0x55667788)).Datagram(Side.Responder, SenderReport(0x55667788));
        RtpDetails details = Assert.IsType<RtpDetails>(conversation.Flow.Details);
        Assert.Equal(((byte?)8, "PCMA", 0x11223344u, 0x55667788u), (details.PayloadType, details.Codec, details.OriginatorSource, details.ResponderSource));
        Assert.Equal("PCMA", details.Summary);
        Assert.Equal(Confidence.Signature, conversation.Flow.Confidence);
    }

    /// <summary>Calls go on checking their path beside the media (RFC 8445).</summary>
    [Fact]
    public void Stun_in_between_does_not_disturb_it()
    {
        Conversation conversation = New();
        for (int i = 0; i < 4; i++)
        {
            conversation.Datagram(Side.Originator, Packet(i)).Datagram(Side.Responder, Services.ServiceBytes.StunRequest);
        }

        Assert.Equal("RTP", conversation.Flow.Application);
    }

    [Fact]
    public void Control_packets_tell_by_themselves()
    {
        Conversation conversation = New().Datagram(Side.Originator, Bytes(SenderReport(7), Bytes(0x81, 202, U16(2), 7u, 1, 1, (int)'a', 0)));
        Assert.Equal("RTCP", conversation.Flow.Application);
        RtpDetails details = Assert.IsType<RtpDetails>(conversation.Flow.Details);
        Assert.Equal(((byte?)null, 7u), (details.PayloadType, details.OriginatorSource));
        for (int i = 0; i < 4; i++)
        {
            conversation.Datagram(Side.Originator, Packet(i, type: 96));
        }

        conversation.Datagram(Side.Originator, [0, 0, 0, 0]);
        Assert.Equal("RTP", conversation.Flow.Application);
        Assert.Equal("payload type 96", conversation.Flow.Details?.Summary);
    }

    [Fact]
    public void Without_a_sequence_it_is_not_believed()
    {
        Conversation conversation = New();
        for (int i = 0; i < 30; i++)
        {
            conversation.Datagram(Side.Originator, Packet(i * 1000)).Datagram(Side.Responder, Packet(i, (uint)(i + 1)));
        }

        Assert.Null(conversation.Flow.Application);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void What_was_tried_in_vain_may_be_something_else()
    {
        Conversation conversation = New().Datagram(Side.Originator, Packet(1)).Datagram(Side.Originator, TextBytes.B("OPTIONS sip:a SIP/2.0\r\n\r\n"));
        Assert.Equal("SIP", conversation.Flow.Application);
        Assert.Equal("DNS", New().Datagram(Side.Originator, Packet(1)).Datagram(Side.Originator, DnsBytes.Ask(1, "a.example", 1)).Flow.Application);
    }

    [Theory]
    [InlineData("80C8000611")]                                   // too short
    [InlineData("80C90002000000010000000")]                      // odd
    [InlineData("80C9000100000001FF")]                           // a byte too many
    [InlineData("81C9000100000001")]                             // a block that is not there
    [InlineData("40C9000100000001")]                             // version 1
    [InlineData("80CA000100000001")]                             // begins with no report
    [InlineData("80480001000000010000000111")]                   // payload type of RTCP
    [InlineData("800000010000000100000000FFFF")]                 // no source
    [InlineData("90000001000000010000000100000FFF")]             // extension beyond the end
    [InlineData("A0000001000000010000000100000000")]             // padding of nothing
    public void What_does_not_add_up_is_neither(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex[..(hex.Length & ~1)]);
        Conversation conversation = New();
        for (int i = 0; i < 8; i++)
        {
            conversation.Datagram(Side.Originator, bytes);
        }

        Assert.Null(conversation.Flow.Application);
    }

    [Fact]
    public void Damaged_bytes_do_no_harm()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            Conversation conversation = New();
            for (int i = 0; i < 6; i++)
            {
                byte[] packet = i % 2 == 0 ? Packet(i) : SenderReport(3);
                packet[random.Next(packet.Length)] = (byte)random.Next(256);
                conversation.Datagram((Side)random.Next(2), packet.AsSpan(0, random.Next(1, packet.Length)));
            }

            Assert.NotEmpty(Conversation.Tell(conversation.Flow));
        }
    }
}
