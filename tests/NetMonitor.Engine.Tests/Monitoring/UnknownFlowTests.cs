using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Tests.Flows;

namespace NetMonitor.Tests.Monitoring;

/// <summary>Flows whose payload is nobody's cost no inspection, and what is found in their other direction, or later, is found nonetheless.</summary>
public sealed class UnknownFlowTests
{
    private const ushort Nobodys = 40_001;

    private static byte[] Noise { get; } = [0xF1, 0x9B, 0xE7, 0x02, 0xC3, 0x88, 0x11, 0xFA, 0x5D, 0x93, 0xD6, 0x70];

    private static Flows.Conversation Talk(bool handshake = true)
    {
        var talk = new Flows.Conversation { ServerPort = Nobodys };
        return handshake ? talk.Handshake() : talk;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_other_side_still_tells(bool handshake)
    {
        Flows.Conversation talk = Talk(handshake);
        if (!handshake)
        {
            talk.SkipHandshake();
        }

        talk.Data(fromClient: true, Noise);
        Assert.Null(talk.Only.Application);
        talk.Data(fromClient: false, "SSH-2.0-OpenSSH_9.2p1\r\n"u8);
        Assert.Equal(("SSH", Confidence.Decoded), (talk.Only.Application, talk.Only.Confidence));
    }

    [Fact]
    public void What_the_unknown_side_says_next_is_read_in_order()
    {
        Flows.Conversation talk = Talk();
        talk.Data(fromClient: true, Noise);
        talk.Data(fromClient: true, Noise);
        talk.Data(fromClient: false, "220 mail.example.test ESMTP\r\n"u8);
        talk.Data(fromClient: true, "EHLO client.example.test\r\n"u8);
        talk.Data(fromClient: false, "250-mail.example.test\r\n250 SIZE 1000\r\n"u8);
        Assert.Equal("SMTP", talk.Only.Application);
    }

    [Fact]
    public void A_port_still_suggests_a_name()
    {
        var talk = new Flows.Conversation { ServerPort = 443 };
        talk.SkipHandshake();
        talk.Data(fromClient: true, Noise);
        Assert.Equal(("HTTPS", Confidence.Port), (talk.Only.Application, talk.Only.Confidence));
    }

    [Fact]
    public void A_first_byte_that_comes_alone_is_waited_on()
    {
        Flows.Conversation talk = Talk();
        talk.Data(fromClient: true, "S"u8);
        talk.Data(fromClient: true, "SH-2.0-OpenSSH_9.2p1\r\n"u8);
        Assert.Equal("SSH", talk.Only.Application);
    }

    [Fact]
    public void Datagrams_that_are_nobodys_do_not_hide_the_one_that_is_not()
    {
        Flows.Conversation talk = Talk(handshake: false);
        for (int i = 0; i < InspectionLimits.UndecidedDatagrams - 2; i++)
        {
            talk.Data(i % 2 == 0, Noise, TransportProtocol.UDP);
        }

        Assert.Null(talk.Only.Application);
        talk.Data(fromClient: true, Encoding.ASCII.GetBytes("OPTIONS sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
            + "From: <sip:a@example.test>;tag=1\r\nTo: <sip:bob@example.test>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"), TransportProtocol.UDP);
        Assert.Equal("SIP", talk.Only.Application);
    }

    [Theory]
    [InlineData(TransportProtocol.TCP)]
    [InlineData(TransportProtocol.UDP)]
    public void Payload_that_is_nobodys_allocates_nothing(TransportProtocol protocol)
    {
        _ = Allocated(inspect: true); // what is made once
        Assert.Equal(Allocated(inspect: false), Allocated(inspect: true)); // what the test itself makes

        long Allocated(bool inspect)
        {
            var talk = new Flows.Conversation(inspect: inspect) { ServerPort = Nobodys };
            _ = protocol == TransportProtocol.TCP ? talk.Handshake() : talk.Udp(fromClient: true, 0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                talk.Data(i % 2 == 0, Noise, protocol);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Null(talk.Only.Application);
            return allocated;
        }
    }
}
