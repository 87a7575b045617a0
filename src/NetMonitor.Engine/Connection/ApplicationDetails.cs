namespace NetMonitor;

/// <summary>What inspection learned about a connection, in the terms of its application protocol. One record type per protocol; immutable.</summary>
public abstract record ApplicationDetails
{
    /// <summary>The server name of TLS or QUIC, or null. See <see cref="NetConnection.Sni"/>.</summary>
    public virtual string? ServerName => Outer?.ServerName;

    /// <summary>The remote host's name as this protocol gives it, or null. See <see cref="NetConnection.HostName"/>.</summary>
    public virtual string? HostName => ServerName ?? Outer?.HostName;

    /// <summary>Where <see cref="HostName"/> comes from.</summary>
    public virtual HostNameSource? HostNameSource => ServerName is not null ? NetMonitor.HostNameSource.Sni : Outer?.HostNameSource;

    /// <summary>What the connection spoke before it was handed over to this protocol (the HTTP CONNECT around TLS, the SMTP before STARTTLS), or null.</summary>
    public ApplicationDetails? Outer { get; init; }

    /// <summary>A time to the other side and back that the protocol itself shows, or null. See <see cref="NetConnection.Rtt"/>.</summary>
    internal virtual TimeSpan? RoundTrip => null;

    /// <summary>One line for a table: what a person wants to see first ("GET /index.html 200", "A example.com").</summary>
    public abstract string Summary { get; }
}
