using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Industry;

public sealed class ModbusTests
{
    public static readonly byte[] Read = Bytes(0x12, 0x34, 0, 0, 0, 6, 17, 3, 0, 0x6B, 0, 3);
    public static readonly byte[] Answer = Bytes(0x12, 0x34, 0, 0, 0, 9, 17, 3, 6, 2, 0x2B, 0, 0, 0, 0x64);

    private static ModbusDetails Details(Conversation conversation) => Assert.IsType<ModbusDetails>(conversation.Flow.Details);

    [Theory]
    [InlineData(502)]
    [InlineData(31_000)]
    public void Unit_functions_and_exceptions(int port)
    {
        byte[] client = Bytes(Read, Bytes(0x12, 0x35, 0, 0, 0, 6, 17, 5, 0, 1, 0xFF, 0), Read);
        byte[] server = Bytes(Answer, Bytes(0x12, 0x35, 0, 0, 0, 3, 17, 0x85, 2));
        Conversation whole = new Conversation((ushort)port).Client(client).Server(server);
        Assert.Equal("Modbus", whole.Flow.Application);
        Assert.Equal(17, Details(whole).Unit);
        Assert.Equal(["Read Holding Registers", "Write Single Coil"], Details(whole).Functions);
        Assert.Equal("Illegal Data Address", Details(whole).Exception);
        Conversation dripped = new Conversation((ushort)port).Drip(Side.Originator, client).Drip(Side.Responder, server);
        Assert.Equal(Conversation.Tell(whole.Flow), Conversation.Tell(dripped.Flow));

        int version = whole.Flow.Version;
        Assert.Equal(version, whole.Client(Read).Server(Answer).Flow.Version);
        Assert.Equal("Modbus", new Conversation((ushort)port).Server(Bytes(Answer, Answer)).Flow.Application);
    }

    [Fact]
    public void Others_that_begin_alike_are_not_it()
    {
        byte[][] streams =
        [
            Bytes(0, 0, 0, 0x2F, 0xFF, "SMBr", new byte[40]),                       // NetBIOS session
            Bytes(3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0),    // RDP
            Bytes(0x12, 0x34, 0, 0, 0, 7, 17, 3, 0, 0x6B, 0, 3, 0, 0),              // a byte too much
            Bytes(0x12, 0x34, 0, 0, 0, 6, 17, 99, 0, 0x6B, 0, 3, 0, 0),             // no such function
            new byte[64],
        ];
        Assert.All(streams, bytes => Assert.NotEqual("Modbus", new Conversation(31_000).Client(bytes).Flow.Application));
    }
}
