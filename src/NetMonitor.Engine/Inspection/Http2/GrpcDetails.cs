using System.Globalization;

namespace NetMonitor;

/// <summary>The gRPC calls of an HTTP/2 connection ("gRPC over HTTP2" of the gRPC project). Its requests as such are <see cref="ApplicationDetails.Outer"/>.</summary>
public sealed record GrpcDetails : ApplicationDetails
{
    /// <summary>Service of the last call, with its package ("helloworld.Greeter").</summary>
    public string? Service { get; init; }

    /// <summary>Method of the last call ("SayHello").</summary>
    public string? Method { get; init; }

    /// <summary>Service of the first call.</summary>
    public string? FirstService { get; init; }

    /// <summary>Method of the first call.</summary>
    public string? FirstMethod { get; init; }

    /// <summary>Status of the last call that ended ("grpc-status"; 0 is OK).</summary>
    public int? Status { get; init; }

    /// <summary>Calls seen.</summary>
    public int Calls { get; init; }

    /// <inheritdoc/>
    public override string? HostName => Outer?.HostName;

    /// <inheritdoc/>
    public override HostNameSource? HostNameSource => Outer?.HostNameSource;

    /// <inheritdoc/>
    public override string Summary =>
        string.Join(' ', new[] { $"{Service}/{Method}", Status?.ToString(CultureInfo.InvariantCulture) }.Where(word => word is not null));
}
