namespace NetMonitor;

/// <summary>How a VNC connection opens (RFC 6143, the remote framebuffer protocol).</summary>
public sealed record VncDetails : ApplicationDetails
{
    /// <summary>Highest version the server knows ("3.8").</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Version the client asks for.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>Security types the server offers ("None", "VNC", "TLS", …).</summary>
    public IReadOnlyList<string> SecurityOffered { get; init; } = [];

    /// <summary>The security type in use, or null before it was chosen.</summary>
    public string? Security { get; init; }

    /// <summary>True when the server let the client in, false when not, null when it cannot be told.</summary>
    public bool? Authenticated { get; init; }

    /// <summary>The desktop's name, where it is sent in the clear.</summary>
    public string? DesktopName { get; init; }

    /// <summary>The desktop's width, pixels.</summary>
    public int? Width { get; init; }

    /// <summary>The desktop's height, pixels.</summary>
    public int? Height { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[]
    {
        "RFB", ClientVersion ?? ServerVersion, Security, DesktopName, Authenticated is false ? "refused" : null,
    }.Where(word => word is not null));
}
