using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetMonitor.Attribution.Names;
using NetMonitor.Packets;
using NetMonitor.Tests.Inspection.Dns;
using static NetMonitor.Tests.Inspection.Dns.DnsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Attribution;

public sealed class ReverseNamesTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);
    private static readonly IPAddressValue Public = Address("8.8.8.8");
    private static readonly IPAddressValue Private = Address("10.0.0.1");

    [Fact]
    public void A_name_is_asked_for_once()
    {
        using var server = new Server(_ => "dns.example");
        using var names = new ReverseNames([server], includePrivate: false);
        Assert.Null(names.Find(Public));
        names.Request(Public, AddressScope.Public);
        names.Request(Public, AddressScope.Public);
        names.WaitForAnswers(Enough, CancellationToken.None);
        names.Request(Public, AddressScope.Public);
        names.WaitForAnswers(Enough, CancellationToken.None);
        Assert.Equal("dns.example", names.Find(Public));
        Assert.Equal([Public], server.Asked);
    }

    [Fact]
    public void That_there_is_no_name_is_remembered_too()
    {
        using var server = new Server(_ => null);
        using var names = new ReverseNames([server], includePrivate: false);
        for (int i = 0; i < 3; i++)
        {
            names.Request(Public, AddressScope.Public);
            names.WaitForAnswers(Enough, CancellationToken.None);
        }

        Assert.Null(names.Find(Public));
        Assert.Single(server.Asked);
    }

    [Fact]
    public void Private_addresses_stay_here_unless_asked_for()
    {
        using var server = new Server(_ => "inside.example");
        using (var names = new ReverseNames([server], includePrivate: false))
        {
            foreach (AddressScope scope in Enum.GetValues<AddressScope>().Where(scope => scope != AddressScope.Public))
            {
                names.Request(Private, scope);
            }

            names.WaitForAnswers(Enough, CancellationToken.None);
            Assert.Empty(server.Asked);
        }

        using var all = new ReverseNames([server], includePrivate: true);
        all.Request(Private, AddressScope.Private);
        all.Request(Address("127.0.0.1"), AddressScope.Loopback);
        all.WaitForAnswers(Enough, CancellationToken.None);
        Assert.Equal([Private], server.Asked);
        Assert.Equal("inside.example", all.Find(Private));
    }

    [Fact]
    public void The_next_server_is_asked_when_one_cannot_be_reached()
    {
        using var down = new Server(_ => throw new SocketException((int)SocketError.NetworkUnreachable));
        using var up = new Server(_ => "dns.example");
        using var names = new ReverseNames([down, up], includePrivate: false);
        names.Request(Public, AddressScope.Public);
        names.WaitForAnswers(Enough, CancellationToken.None);
        Assert.Equal("dns.example", names.Find(Public));
    }

    [Fact]
    public void Our_own_questions_are_known_by_their_flow()
    {
        using var server = new Server(_ => null);
        using var names = new ReverseNames([server], includePrivate: false);
        IPAddressValue me = Address("192.0.2.10");
        Assert.True(names.IsOwn(40000, me, 53, server.Flow.Server));
        Assert.True(names.IsOwn(53, server.Flow.Server, 40000, me));
        Assert.False(names.IsOwn(40001, me, 53, server.Flow.Server));
        Assert.False(names.IsOwn(40000, me, 53, Address("192.0.2.54")));
    }

    [Theory]
    [InlineData("192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")] // RFC 3596 section 2.5
    public void The_question_about_an_address(string address, string question)
    {
        Assert.Equal(question, UdpNameServer.QuestionOf(Address(address)));
        Assert.Equal(Ask(7, question, 12), UdpNameServer.Query(7, question));
    }

    [Fact]
    public void The_answer_may_come_through_an_alias()
    {
        byte[] answer = Bytes(Header(7, Response, answers: 2), Question("7.2.0.192.in-addr.arpa", 12),
            Record(ToQuestion, 5, 300, Name("7.0-25.2.0.192.in-addr.arpa")), Record(Name("7.0-25.2.0.192.in-addr.arpa"), 12, 300, Name("host.example")));
        Assert.True(UdpNameServer.TryReadAnswer(answer, out ushort id, out string? question, out string? name));
        Assert.Equal(((ushort)7, "7.2.0.192.in-addr.arpa", "host.example"), (id, question, name));
        Assert.False(UdpNameServer.TryReadAnswer(UdpNameServer.Query(7, "7.2.0.192.in-addr.arpa"), out _, out _, out _));
        for (int length = 0; length < answer.Length; length++)
        {
            UdpNameServer.TryReadAnswer(answer.AsSpan(0, length), out _, out _, out _);
        }
    }

    [Fact]
    public async Task A_real_socket_is_asked_and_only_the_right_answer_counts()
    {
        using var remote = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        remote.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var server = new UdpNameServer((IPEndPoint)remote.LocalEndPoint!);
        using var limit = new CancellationTokenSource(Enough);
        Task<string?> asked = server.AskAsync(Address("192.0.2.7"), limit.Token);

        var buffer = new byte[512];
        SocketReceiveFromResult query = await remote.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), limit.Token);
        Assert.Equal(server.Flow.LocalPort, ((IPEndPoint)query.RemoteEndPoint).Port);
        int id = buffer[0] << 8 | buffer[1];
        byte[] Answer(int answerId, string question, string name) => Bytes(
            Header(answerId, Response, answers: 1), Question(question, 12), Record(ToQuestion, 12, 300, Name(name)));
        foreach (byte[] answer in new[]
        {
            Answer(id ^ 1, "7.2.0.192.in-addr.arpa", "forged-id.example"),
            Answer(id, "8.2.0.192.in-addr.arpa", "forged-question.example"),
            Answer(id, "7.2.0.192.IN-ADDR.arpa", "host.example"),
        })
        {
            await remote.SendToAsync(answer, query.RemoteEndPoint, limit.Token);
        }

        Assert.Equal("host.example", await asked);
    }

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));

    private sealed class Server(Func<IPAddressValue, string?> answer) : INameServer
    {
        public ConcurrentQueue<IPAddressValue> Asked { get; } = new();

        public (ushort LocalPort, IPAddressValue Server, ushort ServerPort) Flow => (40000, Address("192.0.2.53"), 53);

        public Task<string?> AskAsync(IPAddressValue address, CancellationToken cancellation)
        {
            Asked.Enqueue(address);
            return Task.FromResult(answer(address));
        }

        public void Dispose()
        {
        }
    }
}
