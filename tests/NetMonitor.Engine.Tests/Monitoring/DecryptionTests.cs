using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Tests.Monitoring;

/// <summary>Real connections of curl to nginx, opened with curl's key log (fixtures/README.md).</summary>
public sealed class DecryptionTests
{
    private const string Secret = "secret"; // in the query of each request

    [Theory]
    [InlineData("/one/gcm128", "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")]
    [InlineData("/one/gcm256", "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")]
    [InlineData("/one/chacha", "TLS 1.2", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")]
    [InlineData("/one/cbc128", "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")]
    [InlineData("/one/cbc384", "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384")]
    [InlineData("/one/cbcsha1", "TLS 1.2", "TLS_RSA_WITH_AES_128_CBC_SHA")]
    [InlineData("/one/ccm8", "TLS 1.2", "TLS_RSA_WITH_AES_128_CCM_8")]
    [InlineData("/three/gcm128", "TLS 1.3", "TLS_AES_128_GCM_SHA256")]
    [InlineData("/three/gcm256", "TLS 1.3", "TLS_AES_256_GCM_SHA384")]
    [InlineData("/three/chacha", "TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256")]
    public void Names_the_request_inside(string path, string version, string suite)
    {
        (NetConnection connection, HttpDetails http) = Assert.Single(Of<HttpDetails>(Import(Fixtures.KeyLog)), found => found.Http.Path == path);
        Assert.Equal(("GET", 200, "localhost:28443"), (http.Method, http.Status, http.Host + ":28443"));
        Assert.Equal(("HTTPS", "localhost", "localhost"), (connection.Application, connection.Sni, connection.HostName));
        TlsDetails tls = Assert.IsType<TlsDetails>(http.Outer);
        Assert.Equal((version, suite, "localhost"), (tls.Version, tls.CipherSuite, tls.Sni));
        Assert.Equal("CN=localhost", tls.Certificate?.Subject);
        Assert.Equal("http/1.1", tls.Alpn);
    }

    [Theory]
    [InlineData("/two/h2-12", 1, "TLS 1.2")]
    [InlineData("/three/h2-second", 2, "TLS 1.3")]
    public void Names_the_last_request_of_HTTP_2(string path, int requests, string version)
    {
        (NetConnection connection, Http2Details http) = Assert.Single(Of<Http2Details>(Import(Fixtures.KeyLog)), found => found.Http.Path == path);
        Assert.Equal(("GET", 200, requests, requests), (http.Method, http.Status, http.Requests, http.Responses));
        Assert.Equal("HTTPS", connection.Application);
        Assert.Equal((version, "h2"), (Assert.IsType<TlsDetails>(http.Outer).Version, ((TlsDetails)http.Outer!).Alpn));
    }

    [Fact]
    public void Keeps_no_query()
    {
        foreach (NetConnection connection in Import(Fixtures.KeyLog))
        {
            for (ApplicationDetails? details = connection.Details; details is not null; details = details.Outer)
            {
                Assert.DoesNotContain(Secret, details.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Stays_with_TLS_without_a_key_log() =>
        Assert.All(Import(keyLog: null), connection => Assert.Null(Assert.IsType<TlsDetails>(connection.Details).Outer));

    [Fact]
    public void Opens_what_a_part_of_the_log_is_for()
    {
        // Without the secrets of the handshake, as some programs log.
        string[] lines = [.. File.ReadLines(Fixtures.KeyLog).Where(line => !line.Contains("HANDSHAKE", StringComparison.Ordinal))];
        string part = Fixtures.Temporary(".keys");
        File.WriteAllText(part, string.Join("\r\n", lines.Select(line => line + "\\").Append("NOT_A_LABEL 00 11").Append("CLIENT_RANDOM 12 zz").Append("#")));
        Assert.Contains(Of<HttpDetails>(Import(part)), found => found.Http.Path == "/three/gcm128");
        Assert.Equal(12, Import(part).Count(connection => connection.Details is HttpDetails or Http2Details));
    }

    [Fact]
    public void Takes_the_secrets_that_a_capture_has_itself()
    {
        string file = Fixtures.Temporary(".pcapng");
        using (PcapNg writer = new(file))
        {
            writer.Secrets(File.ReadAllBytes(Fixtures.KeyLog));
            Fixtures.Frames(Fixtures.Capture).ForEach(frame => writer.Packet(frame.Timestamp, frame.Bytes));
        }

        IReadOnlyList<NetConnection> connections = CaptureImport.Import(new SessionOptions { Path = file }).Connections;
        Assert.Equal(12, connections.Count(connection => connection.Details is HttpDetails or Http2Details));
    }

    [Fact]
    public void Says_when_the_key_log_is_not_there() => Assert.Equal(
        CaptureError.CaptureFileUnreadable, Assert.Throws<CaptureException>(() => Import(Path.Combine(Path.GetTempPath(), "no", "such.keys"))).Error);

    private static IReadOnlyList<NetConnection> Import(string? keyLog) =>
        CaptureImport.Import(new SessionOptions { Path = Fixtures.Capture, KeyLog = keyLog }).Connections;

    private static IEnumerable<(NetConnection Connection, T Http)> Of<T>(IEnumerable<NetConnection> connections)
        where T : ApplicationDetails =>
        connections.Where(connection => connection.Details is T).Select(connection => (connection, (T)connection.Details!));
}
