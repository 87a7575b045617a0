using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What an SMB connection said. Passwords and hashes are never kept.</summary>
public sealed record SmbDetails : ApplicationDetails
{
    /// <summary>The dialect agreed on ("3.1.1", "2.1", "NT LM 0.12" for SMB 1), or null before.</summary>
    public string? Dialect { get; init; }

    /// <summary>The shares connected to ("\\server\share"), in order, up to <see cref="Inspection.InspectionLimits.SmbShares"/>.</summary>
    public IReadOnlyList<string> Shares { get; init; } = [];

    /// <summary>True when messages are signed or must be.</summary>
    public bool Signing { get; init; }

    /// <summary>True when messages are encrypted.</summary>
    public bool Encrypted { get; init; }

    /// <summary>The NetBIOS name called for ("SERVER&lt;20&gt;"), or null.</summary>
    public string? CalledName { get; init; }

    /// <summary>Who logs in with NTLM, or null.</summary>
    public string? User { get; init; }

    /// <summary>The domain of <see cref="User"/>.</summary>
    public string? Domain { get; init; }

    /// <summary>The name the client gives itself.</summary>
    public string? Workstation { get; init; }

    /// <summary>The name the server gives itself in an NTLM challenge.</summary>
    public string? ServerComputer { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        Dialect, Shares.Count > 0 ? Shares[^1] : CalledName, User is null ? null : $"{Domain}\\{User}", Encrypted ? "encrypted" : null);
}
