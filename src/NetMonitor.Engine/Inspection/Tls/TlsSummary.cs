using System.Runtime.CompilerServices;
using System.Text;

namespace NetMonitor.Inspection.Tls;

/// <summary>What a handshake told besides the name sent and the time it took, in numbers and in what is shared: the same for most connections of a program to a service.</summary>
internal readonly record struct TlsSummary
{
    private const int Shared = 1024;

    private static readonly Recent<TlsSummary, TlsOutcome> Known = new(Shared, static summary => new TlsOutcome(summary));

    /// <summary>What the connection is called.</summary>
    public required string Application { get; init; }

    /// <summary>How sure that is.</summary>
    public required Confidence Confidence { get; init; }

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

    /// <summary>This in words, which other connections may refer to as well.</summary>
    public TlsOutcome Outcome => Known.Get(this);

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
        && ReferenceEquals(Certificate, other.Certificate) && Application == other.Application && EncryptedAlpn == other.EncryptedAlpn
        && (Confidence, Answered, Group, Alert, Retried, Resumed)
            == (other.Confidence, other.Answered, other.Group, other.Alert, other.Retried, other.Resumed);

    public override int GetHashCode() =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(Client), RuntimeHelpers.GetHashCode(Server), RuntimeHelpers.GetHashCode(Certificate), Group, Resumed);
}

/// <summary>A <see cref="TlsSummary"/> in words.</summary>
internal sealed class TlsOutcome(in TlsSummary summary)
{
    public string Application { get; } = summary.Application;

    public Confidence Confidence { get; } = summary.Confidence;

    /// <summary>Without name and time.</summary>
    public TlsDetails Details { get; } = summary.ToDetails();
}

/// <summary>A TLS connection whose handshake was read: what is left of it, 64 bytes. There may be millions.</summary>
internal class SettledTls : IFindings
{
    private const int MostInside = 31;

    private readonly TlsOutcome _outcome;
    private readonly long _serverHelloTime; // nanoseconds, or negative for unknown
    private readonly NameBytes _name;
    private readonly byte _nameLength;

    [InlineArray(MostInside)]
    private struct NameBytes
    {
        private byte _first;
    }

    private SettledTls(TlsOutcome outcome, ReadOnlySpan<byte> sni, long? serverHelloTime)
    {
        _outcome = outcome;
        _serverHelloTime = serverHelloTime ?? -1;
        sni.CopyTo(_name);
        _nameLength = (byte)sni.Length;
    }

    /// <summary>What stays of a handshake.</summary>
    /// <param name="outcome">What it told.</param>
    /// <param name="sni">The name sent, as UTF-8; empty for none.</param>
    /// <param name="serverHelloTime">From the client's hello to the server's, nanoseconds, or null.</param>
    public static SettledTls Of(TlsOutcome outcome, byte[] sni, long? serverHelloTime) =>
        sni.Length <= MostInside ? new SettledTls(outcome, sni, serverHelloTime) : new WithLongName(outcome, sni, serverHelloTime);

    /// <inheritdoc/>
    public string Application => _outcome.Application;

    /// <inheritdoc/>
    public Confidence? Confidence => _outcome.Confidence;

    /// <inheritdoc/>
    public ConnectionState? State => null;

    /// <inheritdoc/>
    public long ClosedAt => 0;

    /// <summary>The name sent, as UTF-8; empty for none.</summary>
    protected virtual ReadOnlySpan<byte> Sni => ((ReadOnlySpan<byte>)_name)[.._nameLength];

    /// <inheritdoc/>
    public ApplicationDetails GetDetails(bool keep) => Complete(_outcome.Details, Sni, _serverHelloTime < 0 ? null : _serverHelloTime);

    /// <summary>What connections have in common, with what is a connection's own.</summary>
    /// <param name="shared">Without name and time.</param>
    /// <param name="sni">The name sent, as UTF-8; empty for none.</param>
    /// <param name="serverHelloTime">From the client's hello to the server's, nanoseconds, or null.</param>
    public static TlsDetails Complete(TlsDetails shared, ReadOnlySpan<byte> sni, long? serverHelloTime) => shared with
    {
        Sni = sni.IsEmpty ? null : Encoding.UTF8.GetString(sni),
        ServerHelloTime = serverHelloTime is { } time ? UnixTime.ToTimeSpan(time) : null,
    };

    /// <summary>Few names are so long.</summary>
    private sealed class WithLongName(TlsOutcome outcome, byte[] sni, long? serverHelloTime) : SettledTls(outcome, [], serverHelloTime)
    {
        protected override ReadOnlySpan<byte> Sni => sni;
    }
}
