using static NetMonitor.Tests.Inspection.Data.DataBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

internal static class MemcachedBytes
{
    public static readonly Golden Golden = new("Memcached", 11211,
    [
        (true, Latin("set k 0 60 7\r\nhunter2\r\n")), (false, Latin("STORED\r\n")), (true, Latin("get k hunter2\r\n")),
        (false, Latin("VALUE k 0 7\r\nhunter2\r\nEND\r\n")), (true, Latin("version\r\nbogus\r\nget other\r\n")), (false, Latin("VERSION 1.6.18\r\nERROR\r\nEND\r\n")),
        (true, Latin("quit\r\n")),
    ]);

    public static readonly Golden Binary = new("Memcached", 11211,
    [
        (true, Header(0x80, 0x21, "PLAIN", "", "\0joe\0hunter2")), (false, Header(0x81, 0x21, "", "", "Authenticated")), (true, Header(0x80, 0x0B, "", "", "")),
        (false, Header(0x81, 0x0B, "", "", "1.6.18")), (true, Header(0x80, 0x01, "k", "12345678", new string('v', 6000))), (false, Header(0x81, 0x01, "", "", "")),
        (true, Header(0x80, 0x00, "k", "", "")), (false, Header(0x81, 0x00, "", "", "no", status: 0x20)),
    ]);

    private static byte[] Header(int magic, int opcode, string key, string extras, string value, int status = 0) =>
        Bytes(magic, opcode, U16(key.Length), extras.Length, 0, U16(status), (uint)(key.Length + extras.Length + value.Length), 7u, new byte[8], extras, key, value);
}

public sealed class MemcachedTests
{
    private static MemcachedDetails Details(Conversation conversation) => Assert.IsType<MemcachedDetails>(conversation.Flow.Details);

    [Fact]
    public void Text_commands_are_counted()
    {
        Conversation conversation = MemcachedBytes.Golden.Play(9);
        MemcachedDetails details = Details(conversation);
        Assert.Equal(["set 1", "get 2", "version 1", "quit 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal((false, "1.6.18", 1), (details.IsBinary, details.ServerVersion, details.Errors));
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Binary_commands_are_counted()
    {
        MemcachedDetails details = Details(MemcachedBytes.Binary.Play(9));
        Assert.Equal(["sasl_auth 1", "version 1", "set 1", "get 1"], details.Commands.Select(command => command.ToString()));
        Assert.Equal((true, "1.6.18", 1), (details.IsBinary, details.ServerVersion, details.Errors));
        Assert.Equal("Memcached 1.6.18 get", details.Summary);
    }

    [Theory]
    [InlineData("get\r\n")]
    [InlineData("get k\n")]
    [InlineData("set k 0 0 x\r\n")]
    [InlineData("OK\r\n")]
    [InlineData("quit\r\n")]
    [InlineData("ERROR\r\n")]
    [InlineData("version 2\r\n")]
    public void What_other_protocols_may_say_is_not_taken(string line) => Assert.Null(new Conversation(9).Client(Latin(line)).Flow.Application);

    [Theory]
    [InlineData("80-00-00-00-00-00-00-00-01-00-00-00")] // SCCP: a length and a message id, least significant byte first
    [InlineData("81-01-00-00-00-00-00-00-00-00-00-09")] // a reply to "set" with a value
    [InlineData("80-0B-00-00-00-00-00-00-00-00-00-01")] // a request for the version with a value
    public void A_header_that_does_not_fit_its_opcode_is_none(string header) => Assert.Null(new Conversation(9)
        .Client([.. header.Split('-').Select(digits => Convert.ToByte(digits, 16)), .. new byte[60]]).Flow.Application);
}
