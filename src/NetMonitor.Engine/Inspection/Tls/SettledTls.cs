using System.Runtime.CompilerServices;
using System.Text;

namespace NetMonitor.Inspection.Tls;

/// <summary>A <see cref="TlsSummary"/> in words, and what the connection is called. Connections of which the same is known share one.</summary>
internal sealed class TlsOutcome
{
    private const int Shared = 1024;

    private static readonly Recent<Told, TlsOutcome> Known =
        new(Shared, static key => new TlsOutcome(key.Summary.ToDetails(), key.Application, key.Confidence));

    private readonly record struct Told(TlsSummary Summary, string Application, Confidence Confidence)
    {
        /// <summary>What the handshake told goes along with the rest.</summary>
        public override int GetHashCode() => Summary.GetHashCode();
    }

    private TlsOutcome(TlsDetails details, string application, Confidence confidence) => (Details, Application, Confidence) = (details, application, confidence);

    public static TlsOutcome Of(in TlsSummary summary, string application, Confidence confidence) => Known.Get(new Told(summary, application, confidence));

    /// <summary>Without name and time.</summary>
    public TlsDetails Details { get; }

    public string Application { get; }

    /// <summary>How sure that is.</summary>
    public Confidence Confidence { get; }
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
