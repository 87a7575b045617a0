namespace NetMonitor;

/// <summary>What a client asks its SOCKS proxy for (RFC 1928 section 4).</summary>
public enum SocksCommand : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>A connection to the target.</summary>
    Connect = 1,

    /// <summary>To wait for a connection from the target.</summary>
    Bind = 2,

    /// <summary>To relay datagrams.</summary>
    UdpAssociate = 3,
}

/// <summary>What a client asked its SOCKS proxy for (RFC 1928). Passwords are not kept.</summary>
public sealed record SocksDetails : ApplicationDetails
{
    /// <summary>4 or 5.</summary>
    public int Version { get; init; }

    /// <summary>What was asked for.</summary>
    public SocksCommand Command { get; init; }

    /// <summary>The name or address of the target, or null before it was named.</summary>
    public string? TargetHost { get; init; }

    /// <summary>The target's port, or 0.</summary>
    public int TargetPort { get; init; }

    /// <summary>The user name the client gave, or null.</summary>
    public string? User { get; init; }

    /// <summary>True when the proxy agreed, false when it refused, null before it said so.</summary>
    public bool? Granted { get; init; }

    /// <summary>Why the proxy refused ("connection refused"), or null.</summary>
    public string? Refusal { get; init; }

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string target = TargetHost is null ? string.Empty : $" {Command} {TargetHost}:{TargetPort}";
            return $"SOCKS{Version}{target}{(Refusal is null ? string.Empty : ": " + Refusal)}";
        }
    }
}
