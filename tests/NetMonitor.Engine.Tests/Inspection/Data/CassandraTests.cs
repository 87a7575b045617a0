using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class CassandraBytes
{
    public static readonly Golden Golden = new("Cassandra", 9042,
    [
        (true, Frame(4, 0, 5)), (false, Frame(0x84, 0, 6, U16(1), Vector16("CQL_VERSION"), U16(1), Vector16("3.4.5"))), (true, Startup(4)),
        (false, Frame(0x84, 1, 3, Vector16("org.apache.cassandra.auth.PasswordAuthenticator"))), (true, Frame(4, 2, 15, Vector32("\0joe\0hunter2"))),
        (false, Frame(0x84, 2, 16, 0xFFFF_FFFFu)), (true, Frame(4, 3, 7, Vector32("USE shop"), U16(1), 0)), (false, Frame(0x84, 3, 8, 3u, Vector16("shop"))),
        (true, Frame(4, 4, 9, Vector32("select 'hunter2' from t"))), (false, Frame(0x84, 4, 8, 4u, new byte[5000])),
        (true, Frame(4, 5, 10, new byte[20])), (false, Frame(0x84, 5, 0, 0x1200u, Vector16("hunter2"))),
    ]);

    public static byte[] Startup(byte version) => Frame(version, 1, 1, U16(4), Vector16("CQL_VERSION"), Vector16("3.0.0"), Vector16("COMPRESSION"), Vector16("lz4"),
        Vector16("DRIVER_NAME"), Vector16("DataStax Python Driver"), Vector16("DRIVER_VERSION"), Vector16("3.28.0"));

    public static byte[] Frame(byte version, int stream, byte opcode, params object[] body) => Bytes(version, 0, U16(stream), opcode, Vector32(body));
}

public sealed class CassandraTests
{
    private static CassandraDetails Details(Conversation conversation) => Assert.IsType<CassandraDetails>(conversation.Flow.Details);

    [Fact]
    public void Options_driver_and_requests_are_told()
    {
        CassandraDetails details = Details(CassandraBytes.Golden.Play(9));
        Assert.Equal((4, "3.0.0", "DataStax Python Driver 3.28.0", "lz4"), (details.ProtocolVersion, details.CqlVersion, details.Driver, details.Compression));
        Assert.Equal(("PasswordAuthenticator", "shop", 0x1200), (details.Authentication, details.Keyspace, details.Error));
        Assert.Equal(["OPTIONS 1", "USE 1", "SELECT 1", "EXECUTE 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal("Cassandra v4 shop EXECUTE", details.Summary);
    }

    [Fact]
    public void Version_5_changes_its_frames_after_startup()
    {
        Conversation conversation = new Conversation(9).Client(CassandraBytes.Startup(5)).Server(CassandraBytes.Frame(0x85, 1, 2)).Client([1, 2, 3]);
        Assert.True(conversation.Flow.IsFinished);
        Assert.Equal(5, Details(conversation).ProtocolVersion);
    }

    [Fact]
    public void A_map_without_a_version_is_none() => Assert.Null(new Conversation(9042)
        .Client(CassandraBytes.Frame(4, 1, 1, U16(1), Vector16("A"), Vector16("B"))).Flow.Application);
}
