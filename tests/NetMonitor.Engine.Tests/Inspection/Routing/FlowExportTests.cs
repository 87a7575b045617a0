using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Routing;

public sealed class FlowExportTests
{
    private const uint Time = 0x6600_0000;
    private static readonly byte[] NetFlow5 = Bytes(0, 5, 0, 2, 1000u, Time, 0u, 7u, 0, 0, 0, 0, new byte[96]);
    private static readonly byte[] NetFlow9 = Bytes(0, 9, 0, 2, 1000u, Time, 7u, 0u, 0, 0, 0, 12, 1, 0, 0, 1, 0, 8, 0, 4, 1, 0, 0, 8, 192, 0, 2, 1);
    private static readonly byte[] Ipfix = Bytes(0, 10, 0, 36, Time, 7u, 0u, 0, 2, 0, 12, 1, 0, 0, 1, 0, 8, 0, 4, 1, 0, 0, 8, 192, 0, 2, 1);
    private static readonly byte[] SFlow = Bytes(5u, 1u, 192, 0, 2, 1, 0u, 7u, 1000u, 1u, 2u, 8u, 1u, 2u);

    public static TheoryData<byte[], string> Datagrams => new() { { NetFlow5, "NetFlow" }, { NetFlow9, "NetFlow" }, { Ipfix, "NetFlow" }, { SFlow, "sFlow" } };

    [Theory]
    [MemberData(nameof(Datagrams))]
    public void Every_count_and_length_must_fit(byte[] datagram, string name)
    {
        Assert.Equal(name, new Conversation(31_000, TransportProtocol.UDP).Datagram(Side.Originator, datagram).Flow.Application);
        Assert.Null(new Conversation(2055, TransportProtocol.UDP).Datagram(Side.Originator, Bytes(datagram, 0)).Flow.Application);
        Assert.Null(new Conversation(2055, TransportProtocol.UDP).Datagram(Side.Originator, datagram[..^1]).Flow.Application);
    }
}
