using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a Kerberos conversation said. Tickets and keys are never kept.</summary>
public sealed record KerberosDetails : ApplicationDetails
{
    /// <summary>Type of the last message ("AS-REQ", "TGS-REP", "KRB-ERROR").</summary>
    public string? MessageType { get; init; }

    /// <summary>The realm ("EXAMPLE.COM").</summary>
    public string? Realm { get; init; }

    /// <summary>Who asks ("alice", "host/pc.example.com").</summary>
    public string? Client { get; init; }

    /// <summary>The service a ticket is for ("krbtgt/EXAMPLE.COM", "cifs/server").</summary>
    public string? Service { get; init; }

    /// <summary>Code of the last error, or null (RFC 4120 section 7.5.9).</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Name of that code, when it is a common one ("PREAUTH_REQUIRED").</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        MessageType, Error, Client is null || Realm is null ? Client ?? Realm : $"{Client}@{Realm}", Service);
}
