using NetMonitor.Inspection;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Tests.Inspection.Tls;

public sealed class Ssl2HelloTests
{
    /// <summary>Length, type, version 3.1, the lengths of one cipher, no session and a challenge; then these (RFC 5246 appendix E.2).</summary>
    private static readonly byte[] Hello = [0x80, 28, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x2F, .. new byte[16]];

    /// <summary>Behind STARTTLS nobody asks the probe: the inspector itself must wait for enough of it.</summary>
    [Fact]
    public void A_hello_of_SSL_2_is_waited_for()
    {
        const int Telling = 11; // bytes, after which the lengths add up
        var inspector = TlsInspector.Begin(new FlowContext(TransportProtocol.TCP, 50_000, 110));
        for (int length = 1; length < Telling; length++)
        {
            Assert.Equal(new Progress(0, Outcome.More), inspector.Inspect(Side.Originator, Hello.AsSpan(0, length), 1));
        }

        Assert.Equal(new Progress(Hello.Length, Outcome.More), inspector.Inspect(Side.Originator, Hello, 2));
        Assert.Equal(Confidence.Decoded, inspector.Confidence);
    }

    [Fact]
    public void What_only_begins_like_one_is_not_waited_for()
    {
        var inspector = TlsInspector.Begin(new FlowContext(TransportProtocol.TCP, 50_000, 110));

        Assert.Equal(Outcome.Reject, inspector.Inspect(Side.Originator, [0x80, 28, 4, 3, 1, 0, 3], 1).Outcome);
    }
}
