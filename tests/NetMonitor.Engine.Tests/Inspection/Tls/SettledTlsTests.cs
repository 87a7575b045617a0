using NetMonitor.Inspection;
using NetMonitor.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tls;

/// <summary>What is kept of a connection whose handshake was read says the same as the inspection did.</summary>
public sealed class SettledTlsTests
{
    private static readonly byte[] Full12 = Record(
        22, ServerHello(0x0303, 0xC02F, null, new byte[32]), Certificate(Certificates.Server), ServerKeyExchange(0x001D), ServerHelloDone);

    private static readonly byte[] Tls13 = Bytes(Record(22, ServerHello13), Record(20, 1), Record(23, new byte[100]));

    public static TheoryData<string> Names => [.. new[] { 0, 1, 15, 31, 32, 33, 253 }.Select(length => new string('n', length)), "b\u00FCcher.example"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_of_any_length(string name)
    {
        byte[] hello = name.Length == 0 ? ClientHello(Alpn("h2")) : ClientHello(Sni(System.Text.Encoding.UTF8.GetBytes(name)), Alpn("h2"));
        TlsDetails details = AssertSettles(new Conversation().Client(Record(22, hello)).Server(Full12));
        Assert.Equal(name.Length == 0 ? null : name, details.Sni);
        Assert.NotNull(details.Certificate);
        Assert.NotNull(details.ServerHelloTime);
    }

    [Fact]
    public void All_that_handshakes_may_say()
    {
        byte[] alert = Record(21, 2, 40);
        AssertSettles(new Conversation().Client(Record(22, ModernClientHello)).Server(Tls13));
        AssertSettles(new Conversation(port: 12345).Client(Record(22, ModernClientHello)).Server(alert));
        AssertSettles(new Conversation().Client(Record(22, ModernClientHello))
            .Server(Record(22, ServerHello(0x0303, 0x1301, RetryRandom, null, Extension(43, U16(0x0304)), Extension(51, U16(0x001D)))))
            .Client(Record(22, ModernClientHello)).Server(Tls13));
        AssertSettles(new Conversation(port: 993).Client(Record(22, ClientHello(Sni("mail.example"), Alpn("imap")))).Server(Record(22, ServerHello(0x0303, 0xC02F, null, SessionId, Alpn("imap")))));
    }

    [Fact]
    public void What_is_alike_is_shared_and_what_is_not_is_not()
    {
        TlsDetails one = AssertSettles(new Conversation().Client(Record(22, ClientHello(Sni("one.example")))).Server(Full12));
        TlsDetails two = AssertSettles(new Conversation().Client(Record(22, ClientHello(Sni("two.example")))).Server(Full12));
        TlsDetails other = AssertSettles(new Conversation().Client(Record(22, ClientHello(Sni("two.example")))).Server(Record(21, 2, 40)));
        Assert.Same(one.Certificate, two.Certificate);
        Assert.Equal(("one.example", "two.example", "two.example"), (one.Sni, two.Sni, other.Sni));
        Assert.Equal("handshake_failure", other.Alert);
        Assert.Null(two.Alert);
    }

    /// <returns>What was kept.</returns>
    private static TlsDetails AssertSettles(Conversation conversation)
    {
        FlowInspection flow = conversation.Flow;
        flow.Close();
        TlsDetails before = Assert.IsType<TlsDetails>(flow.Details);
        (string? application, Confidence? confidence) = (flow.Application, flow.Confidence);

        SettledTls kept = Assert.IsAssignableFrom<SettledTls>(flow.Keep());

        Assert.Equal((application, confidence), (kept.Application, kept.Confidence));
        Assert.Equivalent(before, kept.GetDetails(keep: true), strict: true);
        return Assert.IsType<TlsDetails>(kept.GetDetails(keep: false));
    }
}
