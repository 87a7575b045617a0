using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>LDAP (RFC 4511), and what follows its StartTLS (section 4.14).</summary>
public sealed class LdapTests
{
    [Fact]
    public void It_binds_searches_and_hands_over_to_tls()
    {
        Conversation conversation = new Conversation(389).Client(LdapBind).Server(LdapBound).Client(LdapSearch).Server(LdapDone);
        LdapDetails details = Details<LdapDetails>(conversation);
        Assert.Equal(("search", "cn=admin,dc=x", "simple", "ou=people,dc=x", "sub", 32),
            (details.Operation, details.BindName, details.Authentication, details.SearchBase, details.SearchScope, details.ResultCode));
        conversation.Client(Ber(0x30, Integer(3), Ber(0x42)));
        Assert.True(conversation.Flow.IsFinished);

        Conversation secured = new Conversation(389).Client(LdapStartTls).Server(LdapStarted).Client(Tls.TlsBytes.Record(22, Tls.TlsBytes.ModernClientHello));
        TlsDetails tls = Details<TlsDetails>(secured);
        Assert.Equal("StartTLS", Assert.IsType<LdapDetails>(tls.Outer).Operation);
        Assert.Equal("LDAP", new Conversation(Nobody).Client(LdapStartTls).Server(LdapStarted).Client(Tls.TlsBytes.Record(22, Tls.TlsBytes.ModernClientHello)).Flow.Application);
    }
}
