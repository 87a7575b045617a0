using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class MySqlBytes
{
    public const uint Capabilities = 0x8 | 0x200 | 0x8000 | 0x8_0000 | 0x10_0000 | 0x20_0000;

    public static readonly byte[] Greeting = Packet(0, 10, "8.0.36\0", L32(7), "12345678", 0, L16(0xFFFF), 0xFF, L16(2), L16(0xDFFF), 21, new byte[10],
        "123456789012\0", "caching_sha2_password\0");

    public static readonly Golden Golden = new("MySQL", 3306,
    [
        (false, Greeting),
        (true, Packet(1, Response(Capabilities), "joe\0", Vector8(Data.Golden.Secret), "shop\0", "caching_sha2_password\0",
            Vector8(Vector8("_client_name"), Vector8("libmysql"), Vector8("program_name"), Vector8("mysql")))),
        (false, Packet(2, 1, 4)), (true, Packet(3, "hunter2\0")), (false, Packet(4, 0, 0, 0, L16(2), L16(0))),
        (true, Packet(0, 3, "/* app */ select 'hunter2' from t")), (false, [.. Packet(1, 1), .. Packet(2, new byte[300]), .. Packet(3, 0xFE, L32(2))]),
        (true, Packet(0, 2, "other")), (false, Packet(1, 0, 0, 0, L16(2), L16(0))),
        (true, Packet(0, 0x16, "INSERT INTO t VALUES (?, 'hunter2')")), (false, Packet(1, 0xFF, L16(1146), "#42S02Table hunter2 does not exist")),
        (true, Packet(0, 14)), (false, Packet(1, 0, 0, 0, L16(2), L16(0))), (true, Packet(0, 1)),
    ]);

    public static byte[] Response(uint capabilities) => Bytes(L32(capabilities), L32(1 << 24), 0xFF, new byte[23]);

    public static byte[] Packet(byte sequence, params object[] parts)
    {
        byte[] payload = Bytes(parts);
        return [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), sequence, .. payload];
    }
}

public sealed class MySqlTests
{
    private static MySqlDetails Details(Conversation conversation) => Assert.IsType<MySqlDetails>(conversation.Flow.Details);

    [Fact]
    public void A_session_from_greeting_to_quit()
    {
        Conversation conversation = MySqlBytes.Golden.Play(9);
        MySqlDetails details = Details(conversation);
        Assert.Equal(("8.0.36", "joe", "other", "caching_sha2_password"), (details.ServerVersion, details.User, details.Database, details.Authentication));
        Assert.Equal(("mysql", true, 1146), (details.Client, details.LoggedIn, details.Error));
        Assert.Equal(["SELECT 1", "USE 1", "INSERT 1", "PING 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal("MySQL 8.0.36 other PING 1146", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Tls_takes_over_after_it_was_asked_for()
    {
        Conversation conversation = new Conversation(3306).Server(MySqlBytes.Greeting)
            .Client([.. MySqlBytes.Packet(1, MySqlBytes.Response(MySqlBytes.Capabilities | 0x800)), .. TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("db.example")))])
            .Server(TlsBytes.Record(22, TlsBytes.ServerHello13));
        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("db.example", tls.Sni);
        Assert.Equal("MySQL", conversation.Flow.Application);
        Assert.Equal("8.0.36", Assert.IsType<MySqlDetails>(tls.Outer).ServerVersion);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void A_refused_login_and_a_refused_host()
    {
        Conversation login = new Conversation(9).Server(MySqlBytes.Greeting).Client(MySqlBytes.Packet(1, MySqlBytes.Response(0x8200), "joe\0", Vector8("x")))
            .Server(MySqlBytes.Packet(2, 0xFF, L16(1045), "#28000Access denied for user 'joe'"));
        Assert.Equal((false, 1045, null), (Details(login).LoggedIn, Details(login).Error, Details(login).Database));
        Conversation host = new Conversation(9).Server(MySqlBytes.Packet(0, 0xFF, L16(1130), "Host '10.0.0.1' is not allowed to connect"));
        Assert.Equal(("MySQL", 1130), (host.Flow.Application, Details(host).Error));
    }

    [Fact]
    public void Attributes_of_a_query_are_passed_over()
    {
        Conversation conversation = new Conversation(9).Server(MySqlBytes.Greeting)
            .Client(MySqlBytes.Packet(1, MySqlBytes.Response(0x8200 | 0x800_0000), "joe\0", Vector8("x"))).Server(MySqlBytes.Packet(2, 0, 0, 0, 2, 0, 0, 0))
            .Client(MySqlBytes.Packet(0, 3, 0, 1, "UPDATE t SET a = 1"));
        Assert.Equal("UPDATE", Details(conversation).Command);
    }

    [Fact]
    public void A_compressed_connection_is_left_after_the_login()
    {
        Conversation conversation = new Conversation(9).Server(MySqlBytes.Greeting)
            .Client(MySqlBytes.Packet(1, MySqlBytes.Response(0x8200 | 0x20), "joe\0", Vector8("x"))).Server(MySqlBytes.Packet(2, 0, 0, 0, 2, 0, 0, 0));
        Assert.True(conversation.Flow.IsFinished);
        Assert.True(Details(conversation).LoggedIn);
    }
}
