using NetMonitor.Inspection.Services;

namespace NetMonitor;

/// <summary>What a syslog conversation said, without the messages.</summary>
public sealed record SyslogDetails : ApplicationDetails
{
    /// <summary>Facility of the last message ("auth", "local0").</summary>
    public string? Facility { get; init; }

    /// <summary>Severity of the last message ("err", "info").</summary>
    public string? Severity { get; init; }

    /// <summary>The host that the last message is from, by its own word.</summary>
    public string? Sender { get; init; }

    /// <summary>The program that wrote it.</summary>
    public string? Program { get; init; }

    /// <inheritdoc/>
    public override string Summary => Words.Join($"{Facility}.{Severity}", Sender, Program);
}
