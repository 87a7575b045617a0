using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class AmqpBytes
{
    private static readonly byte[] Properties = Vector32(Vector8("capabilities"), (byte)'F', Vector32(Vector8("x"), (byte)'t', 1),
        Vector8("product"), (byte)'S', Vector32("RabbitMQ"), Vector8("version"), (byte)'S', Vector32("3.12.1"));

    public static readonly Golden Golden = new("AMQP", 5672,
    [
        (true, Bytes("AMQP", 0, 0, 9, 1)),
        (false, Method(0, 10, 10, 0, 9, Properties, Vector32("PLAIN AMQPLAIN"), Vector32("en_US"))),
        (true, Method(0, 10, 11, Vector32(Vector8("product"), (byte)'S', Vector32("pika")), Vector8("PLAIN"), Vector32("\0joe\0hunter2"), Vector8("en_US"))),
        (false, Method(0, 10, 30, U16(2047), 131072u, U16(60))), (true, Method(0, 10, 31, U16(2047), 131072u, U16(60))),
        (true, Method(0, 10, 40, Vector8("/shop"), 0, 0)), (false, Method(0, 10, 41, 0)), (true, Method(1, 20, 10, 0)), (false, Method(1, 20, 11, 0u)),
        (true, [.. Method(1, 60, 40, U16(0), Vector8(""), Vector8("orders"), 0), .. Frame(2, 1, new byte[14]), .. Frame(3, 1, "hunter2", new byte[5000])]),
        (false, Frame(8, 0)), (true, Method(0, 10, 50, U16(200), Vector8("Goodbye"), U16(0), U16(0))), (false, Method(0, 10, 51)),
    ]);

    /// <summary>1.0: a SASL layer, then the connection.</summary>
    public static readonly Golden Golden1 = new("AMQP", 5672,
    [
        (true, Bytes("AMQP", 3, 1, 0, 0)), (false, Bytes("AMQP", 3, 1, 0, 0)), (false, Frame1(1, 0x40, Symbol("PLAIN"))),
        (true, Frame1(1, 0x41, Symbol("PLAIN"), 0xA0, Vector8("\0joe\0hunter2"))), (false, Frame1(1, 0x44, 0x50, 0)),
        (true, Bytes("AMQP", 0, 1, 0, 0)), (false, Bytes("AMQP", 0, 1, 0, 0)),
        (true, Frame1(0, 0x10, 0xA1, Vector8("container-1"), 0xA1, Vector8("bus.example"), 0x70, 65536u, 0x60, U16(100), 0x40, 0x40, 0x40, 0x40, 0x40,
            0xC1, Vector8(4, Symbol("product"), 0xA1, Vector8("qpid"), Symbol("version"), 0xA1, Vector8("2.0")))),
        (false, Frame1(0, 0x10, 0xA1, Vector8("broker"))), (true, Frame1(0, 0x12, 0xA1, Vector8("link"))), (true, Frame1(0, 0x14, 0x43)),
    ]);

    public static byte[] Frame(byte type, int channel, params object[] payload) => Bytes(type, U16(channel), Vector32(payload), 0xCE);

    public static byte[] Method(int channel, int type, int method, params object[] arguments) => Frame(1, channel, U16(type), U16(method), Bytes(arguments));

    public static byte[] Frame1(byte type, byte code, params object[] fields)
    {
        byte[] list = Bytes(0, 0x53, code, 0xC0, Vector8(fields.Length, Bytes(fields)));
        return Bytes((uint)(list.Length + 8), 2, type, U16(0), list);
    }

    private static byte[] Symbol(string text) => Bytes(0xA3, Vector8(text));
}

public sealed class AmqpTests
{
    private static AmqpDetails Details(Conversation conversation) => Assert.IsType<AmqpDetails>(conversation.Flow.Details);

    [Fact]
    public void A_session_of_0_9_1()
    {
        Conversation conversation = AmqpBytes.Golden.Play(9);
        AmqpDetails details = Details(conversation);
        Assert.Equal(("0-9-1", "RabbitMQ 3.12.1", "pika", "PLAIN", "/shop", 200),
            (details.Version, details.Server, details.Client, details.Authentication, details.VirtualHost, details.CloseCode));
        Assert.Equal(["channel.open 1", "basic.publish 1"], details.Methods.Select(method => method.ToString()));
        Assert.Equal("AMQP 0-9-1 /shop RabbitMQ 3.12.1 200", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void A_session_of_1_0()
    {
        AmqpDetails details = Details(AmqpBytes.Golden1.Play(9));
        Assert.Equal(("1.0", "qpid 2.0", "broker", "PLAIN", "bus.example"),
            (details.Version, details.Client, details.Server, details.Authentication, details.VirtualHost));
        Assert.Equal(["attach 1", "transfer 1"], details.Methods.Select(method => method.ToString()));
    }

    [Fact]
    public void Tls_takes_over_when_both_sides_say_so()
    {
        byte[] header = Bytes("AMQP", 2, 1, 0, 0);
        Conversation conversation = new Conversation(9).Client(header).Server(header)
            .Client(TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("bus.example")))).Server(TlsBytes.Record(22, TlsBytes.ServerHello13));
        Assert.Equal("bus.example", Assert.IsType<TlsDetails>(conversation.Flow.Details).Sni);
        Assert.IsType<AmqpDetails>(conversation.Flow.Details!.Outer);
    }

    [Fact]
    public void Unknown_versions_are_not_taken() => Assert.Null(new Conversation(9).Client(Bytes("AMQP", 0, 7, 7, 7)).Flow.Application);
}
