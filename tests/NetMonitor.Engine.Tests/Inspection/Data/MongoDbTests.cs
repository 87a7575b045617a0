using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class MongoDbBytes
{
    public static readonly byte[] Hello = Query(1, "admin.$cmd", Document(Number("isMaster", 1), Element(8, "helloOk", 1),
        Sub("client", Document(Sub("application", Document(Text("name", "shop"))),
            Sub("driver", Document(Text("name", "PyMongo"), Text("version", "4.6.1"))), Sub("os", Document(Text("name", "Linux"), Text("version", "6.1")))))));

    public static readonly Golden Golden = new("MongoDB", 27017,
    [
        (true, Hello), (false, Reply(2, 1, Document(Element(8, "ismaster", 1), Number("maxWireVersion", 21), Real("ok", 1)))),
        (true, Message(3, 0, Document(Number("saslStart", 1), Text("mechanism", "SCRAM-SHA-256"), Element(5, "payload", Bytes(L32(7), 0, "hunter2")), Text("$db", "admin")))),
        (false, Message(4, 3, Document(Real("ok", 0), Text("errmsg", "hunter2"), Number("code", 18), Text("codeName", "AuthenticationFailed")))),
        (true, Message(5, 0, Document(Number("buildInfo", 1), Text("$db", "admin")))), (false, Message(6, 5, Document(Text("version", "7.0.4"), Real("ok", 1)))),
        (true, Message(7, 0, Document(Text("find", "orders"), Sub("filter", Document(Text("p", "hunter2"))), Text("$db", "shop")))),
        (false, Message(8, 7, Document(Sub("cursor", Document(Text("x", new string('y', 6000)))), Real("ok", 1)))),
    ]);

    public static byte[] Document(params object[] elements)
    {
        byte[] content = Bytes(elements);
        return Bytes(L32((uint)content.Length + 5), content, 0);
    }

    public static byte[] Element(byte type, string name, params object[] value) => Bytes(type, name, 0, Bytes(value));

    public static byte[] Text(string name, string value) => Element(2, name, L32((uint)value.Length + 1), value, 0);

    public static byte[] Number(string name, uint value) => Element(0x10, name, L32(value));

    public static byte[] Real(string name, double value) => Element(1, name, BitConverter.GetBytes(value));

    public static byte[] Sub(string name, byte[] document) => Element(3, name, document);

    public static byte[] Message(uint id, uint respondsTo, byte[] document) => Packet(id, respondsTo, 2013, L32(0), 0, document);

    public static byte[] Query(uint id, string collection, byte[] document) => Packet(id, 0, 2004, L32(4), collection, 0, L32(0), L32(0xFFFF_FFFF), document);

    public static byte[] Reply(uint id, uint respondsTo, byte[] document) => Packet(id, respondsTo, 1, L32(8), new byte[8], L32(0), L32(1), document);

    public static byte[] Packet(uint id, uint respondsTo, uint opcode, params object[] parts)
    {
        byte[] body = Bytes(parts);
        return Bytes(L32((uint)body.Length + 16), L32(id), L32(respondsTo), L32(opcode), body);
    }
}

public sealed class MongoDbTests
{
    private static MongoDbDetails Details(Conversation conversation) => Assert.IsType<MongoDbDetails>(conversation.Flow.Details);

    [Fact]
    public void Commands_and_the_client_are_told()
    {
        MongoDbDetails details = Details(MongoDbBytes.Golden.Play(9));
        Assert.Equal(("shop", "PyMongo 4.6.1", "shop", "SCRAM-SHA-256", "7.0.4"),
            (details.ClientName, details.Driver, details.Database, details.Authentication, details.ServerVersion));
        Assert.Equal(["isMaster 1", "saslStart 1", "buildInfo 1", "find 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal((1, "AuthenticationFailed"), (details.Errors, details.Error));
        Assert.Equal("MongoDB shop find AuthenticationFailed", details.Summary);
    }

    [Fact]
    public void A_compressed_message_is_known_by_its_header() => Assert.Equal("MongoDB", new Conversation(9)
        .Client(MongoDbBytes.Packet(1, 0, 2012, L32(2013), L32(500), 2, new byte[60])).Flow.Application);

    [Theory]
    [InlineData(2013u, 4u)]      // a flag whose meaning must be known
    [InlineData(2014u, 0u)]
    [InlineData(2004u, 0u)]      // a collection without a database
    public void What_only_looks_like_it_is_none(uint opcode, uint flags) =>
        Assert.Null(new Conversation(9).Client(MongoDbBytes.Packet(1, 0, opcode, L32(flags), 0, MongoDbBytes.Document(), new byte[40])).Close().Flow.Application);
}
