namespace NetMonitor;

/// <summary>What BACnet/IP messages are (ASHRAE 135, annex J and clauses 6 and 20).</summary>
public sealed record BacnetDetails : ApplicationDetails
{
    /// <summary>The last new function of the virtual link ("Original-Unicast-NPDU").</summary>
    public required string Function { get; init; }

    /// <summary>The last new kind of application message and its service ("Unconfirmed-Request who-Is"), or null.</summary>
    public string? Message { get; init; }

    /// <inheritdoc/>
    public override string Summary => Message ?? Function;
}
