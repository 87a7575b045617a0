using NetMonitor.Inspection;
using NetMonitor.Packets;
using NetMonitor.Tests.Inspection.Quic;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection;

/// <summary>
/// A ClientHello with a post-quantum key share fills more than one packet of 1,500 bytes: its packets come in every order there is, each of them also twice, and say the
/// same. The server's name is in the last one.
/// </summary>
public sealed class PostQuantumHelloTests
{
    private const int SegmentSize = 700;    // bytes: three segments of a record, three CRYPTO frames

    private static readonly byte[] Ticket = TlsBytes.Extension(35, new byte[520]);

    /// <summary>Every order of three packets, with one of the three a second time at any later place.</summary>
    public static TheoryData<string> Orders
    {
        get
        {
            TheoryData<string> orders = [];
            foreach (string order in new[] { "012", "021", "102", "120", "201", "210" })
            {
                for (int first = 0; first < order.Length; first++)
                {
                    for (int again = first + 1; again <= order.Length; again++)
                    {
                        orders.Add(order.Insert(again, order[first].ToString()));
                    }
                }
            }

            return orders;
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Over_tcp_it_is_read_from_segments_in_any_order(string order)
    {
        byte[] record = TlsBytes.Record(22, Hello("h2", "http/1.1"));
        byte[][] segments = [.. record.Chunk(SegmentSize)];
        Assert.Equal((3, true), (segments.Length, record.Length > 1800));
        FlowInspection flow = new(new FlowContext(TransportProtocol.TCP, 50_000, 8443));
        flow.Segment(Side.Originator, Conversation.ClientStart, TcpFlags.Syn, default, 0, timestamp: 0);
        flow.Segment(Side.Responder, Conversation.ServerStart, TcpFlags.Syn | TcpFlags.Ack, default, 0, timestamp: 1);
        foreach (int i in order.Select(digit => digit - '0'))
        {
            uint sequence = unchecked(Conversation.ClientStart + 1 + (uint)(i * SegmentSize));
            flow.Segment(Side.Originator, sequence, TcpFlags.Ack, segments[i], segments[i].Length, timestamp: 2);
        }

        TlsDetails details = Assert.IsType<TlsDetails>(flow.Details);
        Assert.Equal(("HTTPS", "post-quantum.example.com"), (flow.Application, details.Sni));
        Assert.Equal(["h2", "http/1.1"], details.AlpnOffered);
        Assert.Equal("t13d0305h2_40b44b994229_6b36e42b476b", details.Ja4); // of 1301,1302,c02f and of 0023,002b,0033
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Over_quic_it_is_read_from_initials_in_any_order(string order)
    {
        byte[] hello = Hello("h3");
        byte[][] frames = [.. hello.Chunk(SegmentSize).Select((part, i) => QuicBytes.Crypto(i * SegmentSize, part))];
        Assert.Equal((3, true), (frames.Length, hello.Length > 1800));
        byte[][] datagrams = [.. frames.Select((frame, i) => new QuicBytes().Client(frame, number: (uint)i))];
        Conversation talk = new(443, TransportProtocol.UDP);
        foreach (int i in order.Select(digit => digit - '0'))
        {
            talk.Datagram(Side.Originator, datagrams[i]);
        }

        QuicDetails details = Assert.IsType<QuicDetails>(talk.Flow.Details);
        Assert.Equal(("HTTP/3", "post-quantum.example.com"), (talk.Flow.Application, details.Sni));
        Assert.Equal(["h3"], details.AlpnOffered);
        Assert.Equal("q13d0305h3_40b44b994229_6b36e42b476b", details.Ja4);
    }

    private static byte[] Hello(params string[] alpn) => TlsBytes.ClientHello(
        TlsBytes.Extension(0x3A3A), TlsBytes.LargeKeyShare, Ticket, TlsBytes.Versions(0x0304), TlsBytes.Alpn(alpn), TlsBytes.Sni("post-quantum.example.com"));
}
