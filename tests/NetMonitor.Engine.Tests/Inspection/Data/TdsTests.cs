using System.Text;
using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class TdsBytes
{
    public static readonly byte[] PreLogin = Packet(18, Options(0x10, 0x02));

    public static readonly Golden Golden = new("TDS", 1433,
    [
        (true, PreLogin), (false, Packet(4, Options(0x0F, 0x02))), (true, Packet(16, Login())),
        (false, Packet(4, 0xE3, L16(2 + 8), 1, 4, Utf16("main"), 0xAD, L16(10), new byte[10], 0xAA, L16(12), L32(18456), 1, 14, L16(2), Utf16("no"))),
        (true, Packet(1, L32(22), L32(18), L16(2), new byte[8], L32(1), Utf16("select 'hunter2'"))), (false, Packet(4, 0x81, L16(1), new byte[3000])),
        (true, Packet(3, L16(3), Utf16("sp_"))),
    ]);

    /// <summary>Version and encryption, then the end of the options (MS-TDS 2.2.6.5).</summary>
    public static byte[] Options(byte major, byte encryption) => Bytes(0, U16(11), U16(6), 1, U16(17), U16(1), 0xFF, major, 0, U16(1000), U16(0), encryption);

    public static byte[] Packet(byte type, params object[] body)
    {
        byte[] content = Bytes(body);
        return Bytes(type, 1, U16(content.Length + 8), U16(0), 1, 0, content);
    }

    public static byte[] Utf16(string text) => Encoding.Unicode.GetBytes(text);

    private static byte[] Login()
    {
        // Texts in order: host, user, password, program, server, extension, library, language, database.
        string[] texts = ["desk", "joe", "hunter2", "sqlcmd", "db1", "", "ODBC", "", "shop"];
        List<byte> table = [];
        List<byte> data = [];
        foreach (string text in texts)
        {
            table.AddRange([.. L16(94 + data.Count), .. L16(text.Length)]);
            data.AddRange(Utf16(text));
        }

        byte[] rest = new byte[94 - 36 - table.Count];
        return Bytes(L32((uint)(94 + data.Count)), 4, 0, 0, 0x74, new byte[28], table.ToArray(), rest, data.ToArray());
    }
}

public sealed class TdsTests
{
    private static TdsDetails Details(Conversation conversation) => Assert.IsType<TdsDetails>(conversation.Flow.Details);

    [Fact]
    public void A_session_without_encryption()
    {
        TdsDetails details = Details(TdsBytes.Golden.Play(9));
        Assert.Equal(("15.0.1000", "16.0.1000", "7.4", "not supported"), (details.ServerVersion, details.ClientVersion, details.TdsVersion, details.Encryption));
        Assert.Equal(("desk", "sqlcmd", "db1", "main", 18456), (details.ClientHost, details.ClientName, details.Server, details.Database, details.Error));
        Assert.Equal(["SELECT 1", "RPC 1"], details.Commands.Select(command => command.ToString()));
        Assert.DoesNotContain("joe", Conversation.Tell(details), StringComparison.Ordinal);
        Assert.Equal("TDS 15.0.1000 main RPC 18456", details.Summary);
    }

    [Fact]
    public void The_handshake_inside_of_packets_is_read()
    {
        byte[] on = TdsBytes.Packet(4, TdsBytes.Options(0x10, 1));
        Conversation conversation = new Conversation(9).Client(TdsBytes.PreLogin).Server(on)
            .Client(TdsBytes.Packet(18, TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("db.example")))))
            .Server(TdsBytes.Packet(18, TlsBytes.Record(22, TlsBytes.ServerHello13))).Client([23, 3, 3, 0, 1, 9]);
        TdsDetails details = Details(conversation);
        Assert.Equal(("db.example", "db.example", "on"), (details.Tls?.Sni, details.ServerName, details.Encryption));
        Assert.Equal("TLS 1.3", details.Tls?.Version);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Old_clients_log_in_at_once()
    {
        Conversation conversation = new Conversation(9).Client(TdsBytes.Golden.Turns[2].Bytes);
        Assert.Equal(("TDS", "7.4"), (conversation.Flow.Application, Details(conversation).TdsVersion));
    }

    [Fact]
    public void Older_logins_have_fields_of_a_fixed_size()
    {
        byte[] login = Bytes(Field("desk"), Field("joe"), Field("hunter2"), Field("77"), new byte[16], Field("isql"), Field("db1"), new byte[256], 5, 0, 0, 0, new byte[42]);
        Conversation conversation = new Conversation(9).Client(TdsBytes.Packet(2, login)).Client(TdsBytes.Packet(15, 0x21, L32(3), "use"));
        TdsDetails details = Details(conversation);
        Assert.Equal(("5.0", "desk", "isql", "db1"), (details.TdsVersion, details.ClientHost, details.ClientName, details.Server));
        Assert.DoesNotContain("hunter2", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
        login[35] = 7;
        Assert.Null(new Conversation(9).Client(TdsBytes.Packet(2, login)).Flow.Application);

        static byte[] Field(string text) => Bytes(text, new byte[30 - text.Length], text.Length);
    }

    [Fact]
    public void A_session_joined_later_is_known_by_the_headers_of_a_request() =>
        Assert.Equal("SELECT", Details(new Conversation(9, handshake: false).Client(TdsBytes.Golden.Turns[4].Bytes)).Command);

    /// <summary>Encryption off on both sides encrypts the login alone, in records without packets around them (MS-TDS 2.2.6.5).</summary>
    [Fact]
    public void Behind_a_login_that_alone_is_encrypted_all_is_read()
    {
        Conversation conversation = new Conversation(9).Client(TdsBytes.Packet(18, TdsBytes.Options(0x10, 0))).Server(TdsBytes.Packet(4, TdsBytes.Options(0x0F, 0)))
            .Client(TdsBytes.Packet(18, TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("db.example")))))
            .Server(TdsBytes.Packet(18, TlsBytes.Record(22, TlsBytes.ServerHello13)))
            .Client(Bytes(TlsBytes.Record(23, new byte[300]), TlsBytes.Record(23, new byte[30])))
            .Server(TdsBytes.Golden.Turns[3].Bytes).Client(TdsBytes.Golden.Turns[4].Bytes);
        TdsDetails details = Details(conversation);
        Assert.Equal(("off", "db.example", "main", "SELECT", 18456), (details.Encryption, details.Tls?.Sni, details.Database, details.Command, details.Error));
    }
}
