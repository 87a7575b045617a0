using System.Globalization;
using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What an ONC RPC conversation (NFS, MOUNT, portmapper) said.</summary>
public sealed record RpcDetails : ApplicationDetails
{
    /// <summary>The program's number (100003).</summary>
    public int Program { get; init; }

    /// <summary>Its name ("NFS"), or null when it is not a common one.</summary>
    public string? ProgramName { get; init; }

    /// <summary>The program's version.</summary>
    public int Version { get; init; }

    /// <summary>Number of the last procedure called.</summary>
    public int Procedure { get; init; }

    /// <summary>Its name ("GETATTR", "COMPOUND"), or null.</summary>
    public string? ProcedureName { get; init; }

    /// <summary>The name the client gives itself (AUTH_SYS), or null.</summary>
    public string? Machine { get; init; }

    /// <summary>"accepted" or "denied", or null before a reply.</summary>
    public string? Status { get; init; }

    /// <summary>From the last answered call to its reply, or null.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <inheritdoc/>
    internal override TimeSpan? RoundTrip => ResponseTime;

    /// <inheritdoc/>
    public override string Summary => Words.Join(
        ProgramName ?? Program.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"v{Version}"),
        ProcedureName ?? Procedure.ToString(CultureInfo.InvariantCulture), Machine);
}
