using System.Net;
using NetMonitor.Attribution.Names;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class ResolvedNamesTests
{
    private const long Second = 1_000_000_000;
    private const long Opened = 1_000 * Second;
    private static readonly IPAddressValue Me = Address("192.0.2.10");
    private static readonly IPAddressValue Other = Address("192.0.2.11");
    private static readonly IPAddressValue Server = Address("198.51.100.20");

    private readonly ResolvedNames _names = new();

    [Theory]
    [InlineData(-11, null)]
    [InlineData(-10, "a.example")]
    [InlineData(0, "a.example")]
    [InlineData(10, "a.example")]
    [InlineData(11, null)]
    public void An_answer_counts_for_ten_seconds_either_way(int seconds, string? name)
    {
        _names.Add(Me, Server, "a.example", Opened + (seconds * Second));
        Assert.Equal(name, _names.Find(Me, Server, Opened));
    }

    [Fact]
    public void The_last_answer_before_comes_first_then_the_first_after()
    {
        _names.Add(Me, Server, "early.example", Opened - (3 * Second));
        _names.Add(Me, Server, "last-before.example", Opened - Second);
        _names.Add(Me, Server, "first-after.example", Opened + Second);
        Assert.Equal("last-before.example", _names.Find(Me, Server, Opened));
        Assert.Equal("first-after.example", _names.Find(Me, Server, Opened + (10 * Second)));

        var late = new ResolvedNames();
        late.Add(Me, Server, "first-after.example", Opened + Second);
        late.Add(Me, Server, "later.example", Opened + (2 * Second));
        Assert.Equal("first-after.example", late.Find(Me, Server, Opened));
    }

    [Fact]
    public void Anothers_answer_is_not_mine_but_what_everybody_is_told_is()
    {
        _names.Add(Other, Server, "a.example", Opened);
        Assert.Null(_names.Find(Me, Server, Opened));
        _names.Add(ResolvedNames.Everybody, Server, "printer.local", Opened);
        Assert.Equal("printer.local", _names.Find(Me, Server, Opened));
        Assert.Equal("a.example", _names.Find(Other, Server, Opened));
    }

    [Fact]
    public void The_oldest_are_forgotten_beyond_the_limit()
    {
        for (ulong i = 0; i <= ResolvedNames.Limit; i++)
        {
            _names.Add(Me, new IPAddressValue(0, 0xFFFF_0A00_0000 | i), $"n{i}.example", Opened);
        }

        Assert.Null(_names.Find(Me, new IPAddressValue(0, 0xFFFF_0A00_0000), Opened));
        Assert.Equal($"n{ResolvedNames.Limit}.example", _names.Find(Me, new IPAddressValue(0, 0xFFFF_0A00_0000UL | (ulong)ResolvedNames.Limit), Opened));
    }

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
