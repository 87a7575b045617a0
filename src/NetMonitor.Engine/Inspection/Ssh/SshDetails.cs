namespace NetMonitor;

/// <summary>How far an SSH connection got. What follows key exchange is encrypted and told by sizes.</summary>
public enum SshState : byte
{
#pragma warning disable CS1591, CA1707 // Named as ConnectionState names its own.
    BANNER,         // the version lines (RFC 4253 section 4.2)
    KEYEXCHANGE,    // SSH_MSG_KEXINIT was seen (section 7.1)
    AUTHENTICATION, // both sides sent SSH_MSG_NEWKEYS (section 7.3)
    ESTABLISHED,    // the server accepted the user (RFC 4252 section 5.1)
#pragma warning restore CS1591, CA1707
}

/// <summary>What an SSH connection says before it is encrypted (RFC 4253).</summary>
public sealed record SshDetails : ApplicationDetails
{
    /// <summary>How far it got.</summary>
    public SshState State { get; init; }

    /// <summary>Protocol version of the client's version line ("2.0"), or null before it was seen.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>Software of the client ("OpenSSH_9.9").</summary>
    public string? ClientSoftware { get; init; }

    /// <summary>What the client says behind its software ("Debian-3"), or null.</summary>
    public string? ClientComment { get; init; }

    /// <summary>Protocol version of the server's version line ("2.0"; "1.99" also speaks 1.5), or null before it was seen.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Software of the server.</summary>
    public string? ServerSoftware { get; init; }

    /// <summary>What the server says behind its software, or null.</summary>
    public string? ServerComment { get; init; }

    /// <summary>The key exchange method both agree on ("curve25519-sha256"), or null before both made their offer.</summary>
    public string? KeyExchange { get; init; }

    /// <summary>The host key algorithm both agree on ("ssh-ed25519").</summary>
    public string? HostKeyAlgorithm { get; init; }

    /// <summary>The cipher from client to server.</summary>
    public string? CipherToServer { get; init; }

    /// <summary>The cipher from server to client.</summary>
    public string? CipherToClient { get; init; }

    /// <summary>The MAC from client to server; null where the cipher brings its own.</summary>
    public string? MacToServer { get; init; }

    /// <summary>The MAC from server to client; null where the cipher brings its own.</summary>
    public string? MacToClient { get; init; }

    /// <summary>The compression from client to server ("none").</summary>
    public string? CompressionToServer { get; init; }

    /// <summary>The compression from server to client ("none").</summary>
    public string? CompressionToClient { get; init; }

    /// <summary>HASSH of the client: the MD5 of its offered algorithms, by which its software can be recognized.</summary>
    public string? Hassh { get; init; }

    /// <summary>HASSH of the server.</summary>
    public string? HasshServer { get; init; }

    /// <inheritdoc/>
    public override string Summary => string.Join(' ', new[]
    {
        "SSH-" + (ServerVersion ?? ClientVersion ?? "2.0"), ServerSoftware ?? ClientSoftware, State.ToString(),
    }.Where(word => word is not null));
}
