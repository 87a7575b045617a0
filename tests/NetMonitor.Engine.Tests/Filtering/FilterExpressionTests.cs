using System.Net;
using NetMonitor.Filtering;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Filtering;

public sealed class FilterExpressionTests
{
    [Theory]
    // As the filter's users write them
    [InlineData("port:44", "closed flood quic web")]
    [InlineData("sport:80", "served")]
    [InlineData("dport:443", "closed quic web")]
    [InlineData("src:192.168", "flood quic served ssh web")]
    [InlineData("dst:github.com", "web")]
    [InlineData("process:ssh", "ssh")]
    [InlineData("sni:api", "quic")]
    [InlineData("ssh:openssh", "ssh")]
    [InlineData("state:established", "big served ssh web")]
    [InlineData("sport:80 process:nginx", "served")]
    [InlineData("dport:443 sni:google.com", "quic")]
    [InlineData("sport:443 state:syn_recv", "flood")]
    [InlineData("proto:tcp state:established", "big served ssh web")]
    [InlineData("process:firefox state:quic_connected", "quic")]
    [InlineData("dport:22 ssh:openssh", "ssh")]
    // Ports
    [InlineData("port:=443", "flood quic web")]
    [InlineData("port=443", "flood quic web")]
    [InlineData("port:1000-9000", "closed")]
    [InlineData("port:80,=443", null)]
    [InlineData("port:=80,53", "dns served")]
    [InlineData("dport:53,22-23", "dns ssh")]
    [InlineData("dport>50000", "")]
    [InlineData("sport<=80", "served")]
    [InlineData("dport:/^8/", "big closed")]
    [InlineData("dport:8*3", "big closed")]
    [InlineData("dport:8*43", "closed")]
    [InlineData("dport!=443 proto:udp", "dns")]
    // Addresses
    [InlineData("dst:10.0.0.0/8", "ssh")]
    [InlineData("src:fe80::/10", "dns")]
    [InlineData("dst:2001:0db8:0::53", "dns")]
    [InlineData("dst:2001:db8::", "dns")]
    [InlineData("dst:192.0.2.8", "big closed")]
    [InlineData("dst:192.0.2.8-192.0.2.9", "big closed ping")]
    [InlineData("ip:10.1.2.3,104.16.0.0/16", "quic ssh")]
    [InlineData("dst:0.0.0.0/0 proto:icmp", "ping")]
    [InlineData("src:shop.example.com", "served")]
    [InlineData("dst:shop.example.com", "")]
    [InlineData("dst:*.google.com", "quic")]
    // Text
    [InlineData("process:FIRE", "quic web")]
    [InlineData("process=ssh", "ssh")]
    [InlineData("app:=http", "served")]
    [InlineData("app!=http app:http", "web")]
    [InlineData("org:\"GitHub, Inc.\"", "web")]
    [InlineData("org:'cloudflare, inc.'", "quic")]
    [InlineData("process:/^(ssh|nginx)$/", "served ssh")]
    [InlineData("path:/usr/sbin/", "served")]
    [InlineData("user:root,ann", "quic ssh web")]
    [InlineData("unit:nginx", "served")]
    [InlineData("ns:=default pod:web-0 container:web", "served")]
    [InlineData("ja4:t13d", "web")]
    [InlineData("ja4:q13d,t13d", "quic web")]
    [InlineData("details:192.0.2.80", "dns")]
    // Names
    [InlineData("state:syn-recv,closed", "closed flood")]
    [InlineData("state:authentication", "ssh")]
    [InlineData("state:dns", "dns")]
    [InlineData("direction:in", "flood served")]
    [InlineData("direction:out", "big quic ssh web")]
    [InlineData("proto:1", "ping")]
    [InlineData("proto:icmp", "ping")]
    [InlineData("scope:private", "ssh")]
    [InlineData("reason:reset", "closed")]
    [InlineData("tunnel:vxlan", "closed")]
    // Numbers
    [InlineData("pid:4242", "quic web")]
    [InlineData("pid:70-80,900", "served ssh")]
    [InlineData("vlan:100", "dns")]
    [InlineData("asn:AS13335", "quic")]
    [InlineData("rtt>100ms", "web")]
    [InlineData("rtt>100", "web")]
    [InlineData("rtt > 0.1s", "web")]
    [InlineData("rtt:>100ms", "web")]
    [InlineData("rtt<1s", "web")]
    [InlineData("bytes>1MB", "big web")]
    [InlineData("bytes:1MB-1GB", "web")]
    [InlineData("rate>10KB/s", "big closed web")]
    [InlineData("up>1Mbit/s", "closed")]
    [InlineData("age<5m", "quic")]
    [InlineData("age>1h", "closed ssh")]
    [InlineData("idle>30s", "closed")]
    [InlineData("loss>0", "web")]
    [InlineData("loss<=2%", "quic web")]
    [InlineData("packets>1000", "web")]
    // Anywhere
    [InlineData("github", "web")]
    [InlineData("openssh", "ssh")]
    [InlineData("/api/v1", "served")]
    [InlineData("example.net", "dns")]
    [InlineData("\"cloudflare, inc\"", "quic")]
    [InlineData("192.0.2.8:873", "big")]
    [InlineData("[2001:db8::53]:53", "dns")]
    [InlineData("2001:db8::53", "dns")]
    [InlineData("/^open.*9\\.9$/", "ssh")]
    [InlineData("syn_recv", "flood")]
    [InlineData("keyexchange", "")]
    [InlineData("rate", "dns")] // Intel Corporate
    // Logic
    [InlineData("", "big closed dns flood ping quic served ssh web")]
    [InlineData("  ", "big closed dns flood ping quic served ssh web")]
    [InlineData("proto:udp or proto:icmp", "dns ping quic")]
    [InlineData("proto:udp || proto:icmp", "dns ping quic")]
    [InlineData("proto:udp and not port:53", "quic")]
    [InlineData("proto:udp && !port:53", "quic")]
    [InlineData("not (proto:tcp or proto:udp)", "ping")]
    [InlineData("!(proto:tcp or proto:udp)", "ping")]
    [InlineData("proto:icmp or proto:udp dport:443", "ping quic")]
    [InlineData("(proto:icmp or proto:udp) dport:443", "quic")]
    [InlineData("not not proto:icmp", "ping")]
    [InlineData("NOT proto:TCP AND NOT Proto:Udp", "ping")]
    public void A_filter_keeps(string filter, string? kept)
    {
        if (kept is null)
        {
            Assert.False(ConnectionFilterExpression.TryParse(filter, out _, out _));
        }
        else
        {
            Assert.Equal(kept, Samples.Kept(filter));
        }
    }

    [Theory]
    [InlineData("prot:tcp", FilterErrorId.UnknownKeyword, 0, 4)]
    [InlineData("dport:443 foo:bar", FilterErrorId.UnknownKeyword, 10, 3)]
    [InlineData("port:", FilterErrorId.MissingValue, 5, 1)]
    [InlineData("port: 443", FilterErrorId.MissingValue, 5, 1)]
    [InlineData("port:443,", FilterErrorId.MissingValue, 9, 1)]
    [InlineData("port:443 or", FilterErrorId.MissingValue, 11, 1)]
    [InlineData("and port:443", FilterErrorId.MissingValue, 0, 3)]
    [InlineData("not", FilterErrorId.MissingValue, 3, 1)]
    [InlineData("()", FilterErrorId.MissingValue, 1, 1)]
    [InlineData("> 5", FilterErrorId.MissingValue, 0, 1)]
    [InlineData("port:http", FilterErrorId.InvalidValue, 5, 4)]
    [InlineData("dst:10.0.0.0/33", FilterErrorId.InvalidValue, 4, 11)]
    [InlineData("state:established,nonsense", FilterErrorId.InvalidValue, 18, 8)]
    [InlineData("rtt>fast", FilterErrorId.InvalidValue, 4, 4)]
    [InlineData("bytes>1ms", FilterErrorId.InvalidValue, 6, 3)]
    [InlineData("age<5x", FilterErrorId.InvalidValue, 4, 2)]
    [InlineData("pid:abc", FilterErrorId.InvalidValue, 4, 3)]
    [InlineData("process>5", FilterErrorId.NotComparable, 7, 1)]
    [InlineData("process:\"fire", FilterErrorId.UnclosedQuote, 8, 1)]
    [InlineData("(port:443", FilterErrorId.UnbalancedParenthesis, 0, 1)]
    [InlineData("port:443)", FilterErrorId.UnbalancedParenthesis, 8, 1)]
    [InlineData("sni:/(/", FilterErrorId.InvalidRegex, 4, 3)]
    [InlineData("sni:/(a)\\1/", FilterErrorId.InvalidRegex, 4, 7)]
    public void A_mistake_has_a_place(string filter, FilterErrorId id, int position, int length)
    {
        Assert.False(ConnectionFilterExpression.TryParse(filter, out ConnectionFilterExpression? none, out FilterError? error));
        Assert.Null(none);
        Assert.Equal((id, position, length), (error.Id, error.Position, error.Length));
        Assert.NotEmpty(error.Message);
        Assert.Equal($"{filter}\n{new string(' ', position)}{new string('^', length)}", error.Underline(filter));
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Assert.True(ConnectionFilterExpression.TryParse(new string('a', FilterParser.LongestText), out _, out _));
        Assert.False(ConnectionFilterExpression.TryParse(new string('a', FilterParser.LongestText + 1), out _, out FilterError? error));
        Assert.Equal(FilterErrorId.TooLong, error.Id);
        Assert.False(ConnectionFilterExpression.TryParse(new string('(', FilterParser.DeepestNesting + 1) + "a", out _, out error));
        Assert.Equal(FilterErrorId.TooLong, error.Id);
    }

    [Fact]
    public void No_text_breaks_the_parser_or_completion()
    {
        string[] pieces = ["port", ":", "=", ">", "(", ")", "!", "not ", "or ", ",", "\"", "'", "/", "443", "-", " ", "sni", "10.0.0.0/8", "*", "\\", "[", "rtt", "é", "\0"];
        var random = new Random(6);
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (ConnectionFilterExpression.TryParse(text, out ConnectionFilterExpression? filter, out FilterError? error))
            {
                Assert.All(Samples.All.Values, connection => filter.Matches(connection));
            }
            else
            {
                Assert.InRange(error.Position, 0, text.Length);
            }

            Assert.NotNull(FilterCompletion.Suggest(text, random.Next(text.Length + 1), Samples.All.Values));
        }
    }

    [Fact]
    public void Matching_allocates_nothing()
    {
        string[] filters = ["port:44 state:established", "dst:github.com or src:2001:db8", "nosuchtext", "192.0.2.8:873", "rtt>100ms bytes>1MB age<5m", "id:zzz", "details:zzz", "ja4:zzz"];
        NetConnection[] connections = [.. Samples.All.Values];
        foreach (string text in filters)
        {
            Assert.True(ConnectionFilterExpression.TryParse(text, out ConnectionFilterExpression? filter, out _));
            MatchAll(filter, connections); // the searches of details are compiled at first use
            long before = GC.GetAllocatedBytesForCurrentThread();
            MatchAll(filter, connections);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() == before, text);
        }
    }

    [Fact]
    public void Addresses_are_written_as_the_framework_writes_them()
    {
        var random = new Random(1);
        byte[] bytes = new byte[16];
        char[] text = new char[AddressText.MaximumLength];
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = 0x20; // global unicast: the framework writes some reserved ranges with a dotted end
            for (int group = 1; group < 8; group++)
            {
                if (random.Next(2) == 0)
                {
                    bytes.AsSpan(group * 2, 2).Clear();
                }
            }

            IPAddress expected = i % 2 == 0 ? new IPAddress(bytes) : new IPAddress(bytes.AsSpan(0, 4));
            int length = AddressText.Write(IPAddressValue.From(expected), text);
            Assert.Equal(expected.ToString(), new string(text, 0, length));
            length = AddressText.Write(IPAddressValue.From(expected), 65535, text);
            Assert.Equal(new IPEndPoint(expected, 65535).ToString(), new string(text, 0, length));
        }
    }

    private static void MatchAll(ConnectionFilterExpression filter, NetConnection[] connections)
    {
        foreach (NetConnection connection in connections)
        {
            filter.Matches(connection);
        }
    }
}
