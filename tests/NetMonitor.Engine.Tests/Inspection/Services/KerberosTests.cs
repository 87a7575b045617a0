using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Services.ServiceBytes;
using static NetMonitor.Tests.Inspection.Services.ServiceTalk;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Kerberos 5 (RFC 4120).</summary>
public sealed class KerberosTests
{
    [Fact]
    public void Realms_and_principals()
    {
        KerberosDetails details = DetailsOf<KerberosDetails>((Side.Originator, KerberosRequest), (Side.Responder, KerberosError));
        Assert.Equal(("KRB-ERROR", "EXAMPLE.COM", "alice", "krbtgt/EXAMPLE.COM", "PREAUTH_REQUIRED"),
            (details.MessageType, details.Realm, details.Client, details.Service, details.Error));
        KerberosDetails reply = DetailsOf<KerberosDetails>((Side.Originator, KerberosReply));
        Assert.Equal(("TGS-REP", "cifs/srv", (int?)null), (reply.MessageType, reply.Service, reply.ErrorCode));
    }
}
