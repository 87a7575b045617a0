using System.Globalization;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What an LDAP conversation said. Passwords and credentials are never kept.</summary>
public sealed record LdapDetails : ApplicationDetails
{
    /// <summary>The last operation asked for ("bind", "search", "modify", "StartTLS").</summary>
    public string? Operation { get; init; }

    /// <summary>Who binds, as a distinguished name, or null.</summary>
    public string? BindName { get; init; }

    /// <summary>How: "anonymous", "simple", "NTLM" or the SASL mechanism ("GSS-SPNEGO").</summary>
    public string? Authentication { get; init; }

    /// <summary>Where the last search began; empty for the root.</summary>
    public string? SearchBase { get; init; }

    /// <summary>"base", "one", "sub" or "children".</summary>
    public string? SearchScope { get; init; }

    /// <summary>The last result; 0 is success (RFC 4511 appendix A).</summary>
    public int? ResultCode { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        Operation, Operation == "search" ? SearchBase : BindName,
        ResultCode is > 0 and { } code ? code.ToString(CultureInfo.InvariantCulture) : null);
}
