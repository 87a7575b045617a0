using static NetMonitor.Tests.Inspection.Data.DataBytes;

namespace NetMonitor.Tests.Inspection.Data;

internal static class RedisBytes
{
    public static readonly Golden Golden = new("Redis", 6379,
    [
        (true, Command("HELLO", "3", "AUTH", "joe", Data.Golden.Secret, "SETNAME", "x")),
        (false, Latin("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:5\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"
            + "$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n")),
        (true, Command("CLIENT", "SETINFO", "LIB-NAME", "redis-py")), (false, Latin("+OK\r\n")),
        (true, Command("CLIENT", "SETNAME", "worker")), (false, Latin("+OK\r\n")),
        (true, Command("AUTH", Data.Golden.Secret)), (false, Latin("-WRONGPASS invalid username-password pair or user is disabled.\r\n")),
        (true, Command("select", "4")), (false, Latin("+OK\r\n")),
        (true, [.. Command("SET", Data.Golden.Secret, new string('v', 6000)), .. Command("get", "k")]), (false, Latin("+OK\r\n$-1\r\n")),
    ]);

    public static byte[] Command(params string[] words) => Latin($"*{words.Length}\r\n{string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"))}");
}

public sealed class RedisTests
{
    private static RedisDetails Details(Conversation conversation) => Assert.IsType<RedisDetails>(conversation.Flow.Details);

    [Theory]
    [InlineData(6379)]
    [InlineData(9)]
    public void Commands_are_counted_and_arguments_are_not_kept(int port)
    {
        RedisDetails details = Details(RedisBytes.Golden.Play((ushort)port));
        Assert.Equal(["HELLO 1", "CLIENT 2", "AUTH 1", "SELECT 1", "SET 1", "GET 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal(("GET", 7), (details.Command, details.CommandCount));
        Assert.Equal((1, "WRONGPASS"), (details.Errors, details.Error));
        Assert.Equal((3, "7.0.15", "worker", "redis-py", 4), (details.ProtocolVersion, details.ServerVersion, details.ClientName, details.Library, details.Database));
        Assert.Equal("Redis 7.0.15 GET WRONGPASS", details.Summary);
    }

    [Fact]
    public void The_version_of_info_is_read()
    {
        string info = "# Server\r\nredis_version:6.2.14\r\nredis_mode:standalone\r\n";
        Conversation conversation = new Conversation(9).Client(RedisBytes.Command("INFO")).Server(Latin($"${info.Length}\r\n{info}\r\n"));
        Assert.Equal("6.2.14", Details(conversation).ServerVersion);
        Assert.Equal("Redis", new Conversation(9).Server(Latin($"${info.Length}\r\n{info}\r\n")).Flow.Application);
    }

    [Fact]
    public void Inline_commands_are_taken_where_nothing_else_has_them()
    {
        Conversation conversation = new Conversation(9).Client(Latin("PING\r\nAUTH hunter2\r\n")).Server(Latin("+PONG\r\n-ERR Client sent AUTH, but no password is set\r\n"));
        Assert.Equal(["PING 1", "AUTH 1"], Details(conversation).Commands.Select(command => command.ToString()));
        Assert.DoesNotContain("hunter2", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
        Assert.Equal(1, Details(conversation).Errors);
    }

    [Theory]
    [InlineData("-DENIED Redis is running in protected mode\r\n", "DENIED")]
    [InlineData("-NOAUTH Authentication required.\r\n", "NOAUTH")]
    public void A_server_may_refuse_at_once(string text, string error) =>
        Assert.Equal(error, Details(new Conversation(9).Server(Latin(text))).Error);

    [Fact]
    public void A_large_value_is_not_held()
    {
        byte[] value = new byte[1_000_000];
        Conversation conversation = new Conversation(6379).Client(Latin("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n"));
        for (int i = 0; i < value.Length; i += 1000)
        {
            conversation.Client(value.AsSpan(i, 1000));
            Assert.InRange(conversation.Flow.Buffered, 0, 8192);
        }

        conversation.Client(Latin("\r\n")).Client(RedisBytes.Command("DEL", "k"));
        Assert.Equal("DEL", Details(conversation).Command);
    }

    [Theory]
    [InlineData("*2\r\n$3\r\nG T\r\n")]
    [InlineData("*x\r\n")]
    [InlineData("*1\r\n+OK\r\n")]
    [InlineData("*1\r\n$99\r\n")]
    [InlineData("+OK\r\n")]
    [InlineData("$5\r\nhello\r\n")]
    public void What_only_looks_like_it_is_none(string text) => Assert.Null(new Conversation(9).Client(Latin(text)).Flow.Application);
}
