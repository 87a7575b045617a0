namespace NetMonitor;

/// <summary>What the option negotiation of TELNET says (RFC 854, RFC 855). What is typed and shown is never kept.</summary>
public sealed record TelnetDetails : ApplicationDetails
{
    /// <summary>Options that one side offers or asks for and the other accepts ("ECHO", "NAWS"), in the order they were agreed on.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The client's terminal ("xterm-256color", RFC 1091), or null.</summary>
    public string? TerminalType { get; init; }

    /// <summary>Columns of the client's window (RFC 1073), or null.</summary>
    public int? Columns { get; init; }

    /// <summary>Rows of the client's window, or null.</summary>
    public int? Rows { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[] { TerminalType, string.Join(',', Options) }.Where(word => !string.IsNullOrEmpty(word)));
}
