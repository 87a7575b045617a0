namespace NetMonitor;

/// <summary>What a client of OPC UA asks for (OPC 10000-6 section 7.1.2.3).</summary>
public sealed record OpcUaDetails : ApplicationDetails
{
    /// <summary>The endpoint's URL, without query; null when the hello was not seen.</summary>
    public string? EndpointUrl { get; init; }

    /// <inheritdoc/>
    public override string Summary => EndpointUrl ?? string.Empty;
}
