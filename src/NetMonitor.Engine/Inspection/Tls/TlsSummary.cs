using System.Runtime.CompilerServices;

namespace NetMonitor.Inspection.Tls;

/// <summary>What a handshake told besides the name sent and the time it took, in numbers and in what is shared: the same for most connections of a program to a service.</summary>
internal readonly record struct TlsSummary
{
    /// <summary>What the client's hello said.</summary>
    public required TlsClientShape Client { get; init; }

    /// <summary>What the server's hello said, or its demand for another one; null before either.</summary>
    public TlsServerShape? Server { get; init; }

    /// <summary>It was its hello.</summary>
    public bool Answered { get; init; }

    /// <summary>The server's, or null.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>Of the key exchange, or 0.</summary>
    public ushort Group { get; init; }

    /// <summary>Description of the last alert, or null.</summary>
    public byte? Alert { get; init; }

    /// <summary>The server asked for another hello.</summary>
    public bool Retried { get; init; }

    /// <summary>It resumed a session; null for unknown.</summary>
    public bool? Resumed { get; init; }

    /// <summary>The application protocol chosen where that is encrypted and was decrypted, or null.</summary>
    public string? EncryptedAlpn { get; init; }

    /// <summary>This in words, without name and time.</summary>
    public TlsDetails ToDetails() => new()
    {
        Alpn = EncryptedAlpn ?? (Answered ? Server!.Alpn : null),
        AlpnOffered = Client.AlpnOffered,
        Version = Server is null or { Version: 0 } ? null : TlsNames.Version(Server.Version),
        VersionsOffered = Client.VersionsOffered,
        CipherSuite = Server is null or { Version: 0 } ? null : TlsCipherSuites.NameOf(Server.CipherSuite),
        Group = Group == 0 ? null : TlsNames.Group(Group),
        Resumed = Resumed,
        EchOffered = Client.EchOffered,
        HelloRetried = Retried,
        Alert = Alert is { } alert ? TlsNames.Alert(alert) : null,
        Certificate = Certificate,
        Ja4 = Client.Ja4,
        Ja3 = Client.Ja3,
        Ja3s = Answered ? Server!.Ja3s : null,
    };

    /// <summary>The same objects and numbers. Objects are not looked into: they are shared where they say the same.</summary>
    public bool Equals(TlsSummary other) => ReferenceEquals(Client, other.Client) && ReferenceEquals(Server, other.Server)
        && ReferenceEquals(Certificate, other.Certificate) && EncryptedAlpn == other.EncryptedAlpn
        && (Answered, Group, Alert, Retried, Resumed) == (other.Answered, other.Group, other.Alert, other.Retried, other.Resumed);

    public override int GetHashCode() =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(Client), RuntimeHelpers.GetHashCode(Server), RuntimeHelpers.GetHashCode(Certificate), Group, Resumed);
}
