using System.Text;
using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

/// <summary>HTTP in the DATA chunks of an association (RFC 9260 section 3).</summary>
public sealed class SctpAssociationTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private const string Reply = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    private static readonly uint First = 0xFFFF_FFFE; // wraps soon
    private const int Padded = 4;

    private readonly FlowInspection _flow = new(new FlowContext(TransportProtocol.SCTP, 50_000, 8080));

    private static byte[] Chunk(byte type, byte[] value, byte flags = 3)
    {
        byte[] chunk = [type, flags, (byte)((value.Length + 4) >> 8), (byte)(value.Length + 4), .. value];
        return [.. chunk, .. new byte[(Padded - (chunk.Length % Padded)) % Padded]];
    }

    private static byte[] Number(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    /// <summary>Tag, window, streams both ways, the first TSN.</summary>
    private static byte[] Init(byte type, uint tsn) => Chunk(type, [1, 2, 3, 4, 0, 1, 0, 0, 0, 10, 0, 10, .. Number(tsn)], flags: 0);

    private static byte[] Data(uint tsn, string text, ushort stream = 0) =>
        Chunk(0, [.. Number(tsn), (byte)(stream >> 8), (byte)stream, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)]);

    private static byte[] Acknowledgment => Chunk(3, new byte[12], flags: 0);

    private void Client(params byte[][] chunks) => _flow.Datagram(Side.Originator, [.. chunks.SelectMany(chunk => chunk)], 1);

    private void Server(params byte[][] chunks) => _flow.Datagram(Side.Responder, [.. chunks.SelectMany(chunk => chunk)], 2);

    private HttpDetails Http() => Assert.IsType<HttpDetails>(_flow.Details);

    private void Open()
    {
        Client(Init(1, First));
        Server(Init(2, First));
    }

    [Fact]
    public void Messages_are_read_as_a_stream()
    {
        Open();
        Client(Acknowledgment, Data(First, Request));
        Server(Data(First, Reply[..5]), Data(First + 1, Reply[5..]));

        Assert.Equal(("HTTP", "a.example", 404), (_flow.Application, Http().Host, Http().Status));
    }

    [Fact]
    public void Chunks_come_in_any_order_and_again()
    {
        Open();
        Client(Data(First + 2, Request[9..]));
        Client(Data(First + 1, Request[4..9]));
        Client(Data(First + 1, "other"));
        Assert.Null(_flow.Details);

        Client(Data(First, Request[..4]));
        Client(Data(First, "other"));

        Assert.Equal(("a.example", 1), (Http().Host, Http().Requests));
        Assert.Equal(0, _flow.Buffered);
    }

    [Fact]
    public void An_association_joined_late_begins_with_its_next_chunk()
    {
        Client(Data(77, Request));

        Assert.Equal("a.example", Http().Host);
    }

    [Fact]
    public void Of_several_streams_the_first_is_read()
    {
        Open();
        Client(Data(First, Request[..9], stream: 4), Data(First + 1, "\0\0\0\0", stream: 5), Data(First + 2, Request[9..], stream: 4));

        Assert.Equal("a.example", Http().Host);
    }

    [Fact]
    public void What_the_capture_cut_off_is_missing()
    {
        Open();
        Client(Data(First, Request)[..^8]);
        Client(Data(First + 1, Request));
        _flow.Close();

        Assert.Null(Http().Host);
    }

    [Theory]
    [InlineData(InspectionLimits.ReorderPieces + 1, 1)]
    [InlineData(3, (InspectionLimits.ReorderBytes / 2) - 64)]
    public void A_gap_that_is_not_filled_ends_the_direction(int chunks, int size)
    {
        Open();
        for (uint i = 1; i <= chunks; i++)
        {
            Client(Data(First + i, new string('x', size)));
        }

        Assert.Equal(0, _flow.Buffered);
        Client(Data(First, Request));
        Assert.Null(_flow.Details);
        Server(Data(First, "SSH-2.0-x\r\n"));
        Assert.Equal("SSH", _flow.Application);
    }

    [Fact]
    public void No_beginning_of_a_packet_breaks_it()
    {
        byte[] packet = [.. Init(1, First), .. Data(First, Request), .. Data(First + 1, Request)];
        for (int length = 0; length <= packet.Length; length++)
        {
            FlowInspection flow = new(new FlowContext(TransportProtocol.SCTP, 50_000, 8080));
            flow.Datagram(Side.Originator, packet.AsSpan(0, length), 1);
            flow.Close();
            Assert.True(flow.IsFinished);
        }
    }

    [Fact]
    public void A_chunk_shorter_than_its_header_ends_the_packet()
    {
        Client([0, 3, 0, 3, .. Data(First, Request)]);

        Assert.Null(_flow.Details);
    }
}
