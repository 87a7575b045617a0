namespace NetMonitor;

/// <summary>What a Modbus/TCP connection does ("MODBUS Application Protocol" 1.1b3). Values are not kept.</summary>
public sealed record ModbusDetails : ApplicationDetails
{
    /// <summary>The unit (slave) addressed last.</summary>
    public required int Unit { get; init; }

    /// <summary>The functions used, each once ("Read Holding Registers").</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>The last exception ("Illegal Data Address"), or null.</summary>
    public string? Exception { get; init; }

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { $"unit {Unit}", Functions.Count > 0 ? Functions[^1] : null, Exception }.OfType<string>());
}
