using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>STUN and TURN (RFC 8489, RFC 8656), and STUN before its magic cookie (RFC 3489).</summary>
public sealed class StunTests
{
    [Fact]
    public void Addresses_and_realms()
    {
        StunDetails details = DetailsOf<StunDetails>((Side.Originator, StunRequest), (Side.Responder, StunSuccess));
        Assert.Equal(("Binding", "success", "192.0.0.5:4242", "abcdefg"), (details.Method, details.Class, details.MappedAddress?.ToString(), details.Software));
        Assert.Equal(TimeSpan.FromMilliseconds(5), details.ResponseTime);
        StunDetails turn = DetailsOf<StunDetails>((Side.Responder, TurnChallenge));
        Assert.Equal(("Allocate", "error", 401, "example.net"), (turn.Method, turn.Class, turn.ErrorCode, turn.Realm));
        byte[] classic = Hex("00010000 00112233445566778899AABBCCDDEEFF");
        Assert.Equal("STUN", Udp(3478).Datagram(Side.Originator, classic).Flow.Application);
        Assert.Null(Udp().Datagram(Side.Originator, classic).Flow.Application);
    }
}
