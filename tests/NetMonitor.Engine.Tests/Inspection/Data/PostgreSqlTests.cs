using NetMonitor.Tests.Inspection.Tls;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class PostgreSqlBytes
{
    public static readonly byte[] SslRequest = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];
    public static readonly byte[] GssRequest = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x30];

    public static readonly byte[] Startup = Opening(0x0003_0000u, "user\0joe\0database\0shop\0application_name\0psql\0\0");

    public static readonly Golden Golden = new("PostgreSQL", 5432,
    [
        (true, SslRequest), (false, [(byte)'N']), (true, Startup), (false, Message('R', 10u, "SCRAM-SHA-256\0\0")),
        (true, Message('p', "SCRAM-SHA-256\0", "hunter2")), (false, Message('R', 11u, "r=hunter2")), (true, Message('p', "hunter2")),
        (false, [.. Message('R', 12u, "v=hunter2"), .. Message('R', 0u), .. Message('S', "TimeZone\0UTC\0"), .. Message('S', "server_version\016.1\0"),
            .. Message('K', 1u, "key4"), .. Message('Z', "I")]),
        (true, Message('Q', "-- hunter2\n  select 'hunter2';\0")), (false, [.. Message('T', new byte[5000]), .. Message('C', "SELECT 1\0"), .. Message('Z', "I")]),
        (true, Message('P', "stmt\0", "DELETE FROM t\0", U16(0))), (false, Message('E', "SERROR\0", "VERROR\0", "C42P01\0", "Mhunter2\0\0")),
        (true, Message('X')),
    ], ServerAlone: true);

    public static byte[] Opening(params object[] parts)
    {
        byte[] content = Bytes(parts);
        return Bytes((uint)(content.Length + 4), content);
    }

    public static byte[] Message(char type, params object[] parts) => Bytes((byte)type, Opening(parts));
}

public sealed class PostgreSqlTests
{
    private static PostgreSqlDetails Details(Conversation conversation) => Assert.IsType<PostgreSqlDetails>(conversation.Flow.Details);

    [Fact]
    public void A_session_from_startup_to_terminate()
    {
        Conversation conversation = PostgreSqlBytes.Golden.Play(9);
        PostgreSqlDetails details = Details(conversation);
        Assert.Equal(("16.1", "joe", "shop", "psql", "scram-sha-256"),
            (details.ServerVersion, details.User, details.Database, details.ClientName, details.Authentication));
        Assert.Equal((false, 1, "42P01"), (details.Encrypted, details.Errors, details.Error));
        Assert.Equal(["SELECT 1", "DELETE 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal("PostgreSQL 16.1 shop DELETE 42P01", details.Summary);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Tls_takes_over_after_it_was_granted()
    {
        Conversation conversation = new Conversation(9).Client(PostgreSqlBytes.GssRequest).Server("N"u8).Client(PostgreSqlBytes.SslRequest).Server("S"u8)
            .Client(TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("db.example")))).Server(TlsBytes.Record(22, TlsBytes.ServerHello13));
        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("db.example", tls.Sni);
        Assert.Equal("PostgreSQL", conversation.Flow.Application);
        Assert.True(Assert.IsType<PostgreSqlDetails>(tls.Outer).Encrypted);
    }

    [Fact]
    public void A_cancel_request_is_the_whole_connection()
    {
        Conversation conversation = new Conversation(9).Client(PostgreSqlBytes.Opening(80877102u, 1u, "hunt"));
        Assert.True(Details(conversation).IsCancel);
        Assert.Equal("PostgreSQL CANCEL", Details(conversation).Summary);
        Assert.True(conversation.Flow.IsFinished);
        Assert.DoesNotContain("hunt", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_has_a_state()
    {
        Conversation conversation = new Conversation(9).Server(PostgreSqlBytes.Message('E', "SFATAL\0", "C53300\0", "Mtoo many\0\0"));
        Assert.Equal(("PostgreSQL", "53300"), (conversation.Flow.Application, Details(conversation).Error));
    }

    [Theory]
    [InlineData(5u, "md5", 4)]
    [InlineData(0u, "trust", 0)]
    [InlineData(3u, "password", 0)]
    public void The_way_to_log_in_is_told(uint code, string name, int rest)
    {
        Conversation conversation = new Conversation(9).Client(PostgreSqlBytes.Startup).Server(PostgreSqlBytes.Message('R', code, new byte[rest]));
        Assert.Equal(name, Details(conversation).Authentication);
    }

    [Theory]
    [InlineData("select 1", "SELECT")]
    [InlineData("  ( /* x */ -- y\n WITH a", "WITH")]
    [InlineData("hunter2", "OTHER")]
    [InlineData("/* never ends", "OTHER")]
    [InlineData("", "OTHER")]
    public void The_verb_of_a_statement_is_a_known_word(string statement, string verb) =>
        Assert.Equal(verb, NetMonitor.Inspection.Data.SqlVerb.Find(System.Text.Encoding.ASCII.GetBytes(statement)));

    [Theory]
    [InlineData("search_path", "joe")]
    [InlineData("statement_timeout", "joe")]
    [InlineData("my.extension_2", "joe")]
    [InlineData("_pq_.protocol", "joe")]
    [InlineData("2nd", null)]
    [InlineData("", null)]
    [InlineData("se arch", null)]
    public void Any_parameter_may_come_first(string name, string? user)
    {
        byte[] startup = PostgreSqlBytes.Opening(0x0003_0000u, $"{name}\0x\0user\0joe\0\0");
        Assert.Equal(user, (new Conversation(9).Client(startup).Flow.Details as PostgreSqlDetails)?.User);
    }
}
