using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection.Http;

public sealed class HttpInspectorTests
{
    private const string Get = "GET /a/b HTTP/1.1\r\nHost: www.example.com:8080\r\nUser-Agent: test/1\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello";

    private static byte[] B(string text) => Encoding.Latin1.GetBytes(text);

    private static HttpDetails Details(Conversation conversation) => Assert.IsType<HttpDetails>(conversation.Flow.Details);

    [Fact]
    public void A_request_and_its_response()
    {
        Conversation conversation = new Conversation(8080).Client(B(Get)).Server(B(Ok));
        HttpDetails details = Details(conversation);
        Assert.Equal("GET", details.Method);
        Assert.Equal("/a/b", details.Path);
        Assert.Equal("www.example.com", details.Host);
        Assert.Equal("www.example.com", details.HostName);
        Assert.Null(details.ServerName);
        Assert.Equal(HostNameSource.HttpHost, details.HostNameSource);
        Assert.Equal("test/1", details.UserAgent);
        Assert.Equal("1.1", details.Version);
        Assert.Equal(200, details.Status);
        Assert.Equal("nginx", details.Server);
        Assert.Equal("text/html", details.ContentType);
        Assert.Equal("GET /a/b 200", details.Summary);
        Assert.Equal("HTTP", conversation.Flow.Application);
        Assert.Equal(Confidence.Decoded, conversation.Flow.Confidence);
    }

    [Fact]
    public void Every_request_of_a_connection_counts_and_bodies_are_skipped()
    {
        string chunked = "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n10;x=y\r\nHTTP/1.1 999 no!\r\n0\r\nTrailer: x\r\n\r\n";
        Conversation conversation = new Conversation(80)
            .Client(B(Get + "POST /form HTTP/1.1\r\nhost: other.example\r\nContent-Length: 18\r\n\r\nGET /no HTTP/1.1\r\nHEAD /h HTTP/1.1\r\nHost: third.example\r\n\r\n"))
            .Server(B(Ok + "HTTP/1.1 100 Continue\r\n\r\n" + chunked + "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"));
        HttpDetails details = Details(conversation);
        Assert.Equal(3, details.Requests);
        Assert.Equal(3, details.Responses);
        Assert.Equal("HEAD", details.Method);
        Assert.Equal("third.example", details.Host);
        Assert.Null(details.UserAgent);
        Assert.Equal("GET", details.FirstMethod);
        Assert.Equal("/a/b", details.FirstPath);
        Assert.Equal("www.example.com", details.FirstHost);
        Assert.Equal(304, details.Status);
        Assert.Null(details.ContentType);

        conversation.Client(B("GET /4 HTTP/1.0\r\n\r\n")).Server(B("HTTP/1.0 500 Oops\r\n\r\nHTTP/1.1 200 OK\r\n\r\n until close"));
        details = Details(conversation);
        Assert.Equal((4, 4), (details.Requests, details.Responses));
        Assert.Equal(500, details.Status);
        Assert.Null(details.Host);
    }

    [Fact]
    public void A_response_to_head_has_no_body()
    {
        HttpDetails details = Details(new Conversation(80).Client(B("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"))
            .Server(B("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")));
        Assert.Equal(204, details.Status);
        Assert.Equal(2, details.Responses);
    }

    [Fact]
    public void A_lost_piece_of_a_body_does_not_matter()
    {
        byte[] missing = new byte[100_000];
        Conversation conversation = new Conversation(80).Client(B(Get))
            .Server(B("HTTP/1.1 200 OK\r\nContent-Length: 100010\r\n\r\n12345")).Server(missing.AsSpan(0, 0), missing.Length)
            .Server(B("67890" + "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n"));
        Assert.Equal(503, Details(conversation).Status);
        Assert.Equal(0, conversation.Flow.Buffered);
    }

    [Fact]
    public void A_request_cut_by_the_capture_still_says_what_it_can()
    {
        byte[] request = B(Get);
        HttpDetails details = Details(new Conversation(80).Client(request.AsSpan(0, 50), request.Length));
        Assert.Equal("/a/b", details.Path);
        Assert.Equal("www.example.com", details.Host);
    }

    [Theory]
    [InlineData("http://user:secret@www.example.org:81/x/y?token=secret#secret", "/x/y", "www.example.org")]
    [InlineData("/search?q=secret", "/search", "fallback.example")]
    [InlineData("/go?to=http://other.example/secret", "/go", "fallback.example")]
    [InlineData("*", "*", "fallback.example")]
    [InlineData("http://[2001:db8::1]:80", "/", "2001:db8::1")]
    public void The_target_gives_path_and_host_without_secrets(string target, string path, string host)
    {
        Conversation conversation = new Conversation(3128).Client(B($"GET {target} HTTP/1.1\r\nHost: fallback.example\r\n\r\n"));
        Assert.Equal(path, Details(conversation).Path);
        Assert.Equal(host, Details(conversation).Host);
        Assert.DoesNotContain("secret", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_never_kept()
    {
        Conversation conversation = new Conversation(80)
            .Client(B("POST /login?password=hunter2 HTTP/1.1\r\nHost: u:hunter2@h.example\r\nAuthorization: Basic hunter2\r\nProxy-Authorization: Bearer hunter2\r\n"
                + "Cookie: sid=hunter2\r\nReferer: http://x/?hunter2\r\nX-Api-Key: hunter2\r\nContent-Length: 7\r\n\r\nhunter2"))
            .Server(B("HTTP/1.1 302 Found\r\nSet-Cookie: sid=hunter2\r\nLocation: /?t=hunter2\r\nContent-Length: 7\r\n\r\nhunter2"));
        Assert.Equal(302, Details(conversation).Status);
        Assert.Equal("h.example", Details(conversation).Host);
        Assert.DoesNotContain("hunter2", Conversation.Tell(conversation.Flow), StringComparison.Ordinal);
    }

    [Fact]
    public void Tls_inside_of_connect_is_known_with_the_proxy_around_it()
    {
        Conversation conversation = new Conversation(3128)
            .Client(B("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\nProxy-Authorization: Basic hunter2\r\n\r\n"))
            .Server(B("HTTP/1.1 407 Auth\r\nContent-Length: 0\r\n\r\n"))
            .Client(B("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n"))
            .Server(B("HTTP/1.1 200 Connection established\r\n\r\n"));
        Assert.Equal("HTTP", conversation.Flow.Application);
        int version = conversation.Flow.Version;
        conversation.Client(TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("www.example.com")))).Server(TlsBytes.Record(22, TlsBytes.ServerHello13));

        TlsDetails tls = Assert.IsType<TlsDetails>(conversation.Flow.Details);
        Assert.Equal("www.example.com", tls.Sni);
        Assert.Equal("TLS 1.3", tls.Version);
        HttpDetails proxy = Assert.IsType<HttpDetails>(tls.Outer);
        Assert.Equal("CONNECT www.example.com:443 200", proxy.Summary);
        Assert.Equal("www.example.com", proxy.Host);
        Assert.Equal(2, proxy.Requests);
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.True(conversation.Flow.IsFinished);
        Assert.True(conversation.Flow.Version > version);
    }

    [Fact]
    public void A_client_that_does_not_wait_for_the_proxy_is_understood()
    {
        Conversation conversation = new Conversation(3128).Client(B("CONNECT a.example:8443 HTTP/1.0\r\n\r\n"))
            .Client(TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("a.example"))))
            .Server([.. B("HTTP/1.0 200 OK\r\n\r\n"), .. TlsBytes.Record(22, TlsBytes.ServerHello13)]);
        Assert.Equal("a.example", conversation.Flow.Details?.ServerName);
        Assert.Equal("HTTPS", conversation.Flow.Application);
        Assert.True(conversation.Flow.IsFinished);
    }

    [Fact]
    public void Status_101_hands_over()
    {
        Conversation conversation = new Conversation(80).Client(B("GET /x HTTP/1.1\r\nHost: h.example\r\nUpgrade: other/1\r\n\r\n"))
            .Server(B("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other/1\r\n\r\n")).Server([0xFE, 2, (byte)'h', (byte)'i']).Client([0xFE, 0x81, 1, 2, 3, 4, 5]);
        Assert.Equal("other/1", Details(conversation).UpgradedTo);
        Assert.Equal("HTTP", conversation.Flow.Application);
    }

    [Fact]
    public void A_request_of_http_0_9_is_a_line_on_the_port_of_http()
    {
        HttpDetails details = Details(new Conversation(80).Client(B("GET /old?q=secret \r\n\r\n")).Server(B("<html>text</html>")));
        Assert.Equal(("GET", "/old", "0.9", 1), (details.Method, details.Path, details.Version, details.Requests));
        Assert.Null(new Conversation(31_000).Client(B("GET /old\r\n")).Flow.Application);
        Assert.NotEqual("HTTP", new Conversation(80).Client(B("GET old\r\n")).Close().Flow.Application);
    }

    [Theory]
    [InlineData("192.0.2.1:8080", "192.0.2.1")]
    [InlineData("[2001:db8::1]:8080", "2001:db8::1")]
    public void An_address_is_a_host_but_not_a_name(string header, string host)
    {
        HttpDetails details = Details(new Conversation(80).Client(B($"GET / HTTP/1.1\r\nHost: {header}\r\n\r\n")));
        Assert.Equal(host, details.Host);
        Assert.Null(details.HostName);
        Assert.Null(details.HostNameSource);
    }

    [Theory]
    [InlineData("POST /q HTTP/1.1\r\nContent-Type: Application/DNS-message\r\n\r\n", "")]
    [InlineData("GET /dns-query?dns=AAAB HTTP/1.1\r\n\r\n", "")]
    [InlineData("GET /q HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 0\r\n\r\n")]
    public void Dns_over_http_is_recognized(string request, string response)
    {
        Conversation conversation = new Conversation(80).Client(B(request)).Server(B(response));
        Assert.Equal("DoH", conversation.Flow.Application);
        Assert.True(Details(conversation).IsDnsOverHttps);
        Assert.Equal("HTTP", new Conversation(80).Client(B("GET /q HTTP/1.1\r\nContent-Type: text/dns\r\n\r\n")).Flow.Application);
    }

    [Fact]
    public void Dns_in_bodies_is_read_however_it_is_cut()
    {
        byte[] ask = Dns.DnsBytes.Ask(0, "a.example", 1);
        byte[] answer = [.. Dns.DnsBytes.Header(0, 0x8183), .. Dns.DnsBytes.Question("a.example", 1)];
        byte[] client = [.. B($"POST /q HTTP/1.1\r\nContent-Type: application/dns-message\r\nContent-Length: {ask.Length}\r\n\r\n"), .. ask, .. B(Get)];
        byte[] server = [.. B($"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nTransfer-Encoding: chunked\r\n\r\n{answer.Length:x}\r\n"), .. answer, .. B("\r\n0\r\n\r\n"), .. B(Ok)];
        for (int cut = 1; cut < client.Length; cut++)
        {
            Conversation conversation = new Conversation(80).Client(client.AsSpan(0, cut)).Client(client.AsSpan(cut)).Server(server);
            DnsDetails dns = Assert.IsType<DnsDetails>(conversation.Flow.Details);
            Assert.Equal(("DoH", "a.example", "NXDOMAIN"), (conversation.Flow.Application, dns.QueryName, dns.ResponseCode));
            HttpDetails http = Assert.IsType<HttpDetails>(dns.Outer);
            Assert.Equal((2, 2), (http.Requests, http.Responses));
        }

        Assert.IsType<DnsDetails>(new Conversation(80).Client(client).Drip(Side.Responder, server).Flow.Details);
    }

    [Fact]
    public void Joined_in_the_middle_it_finds_the_next_message()
    {
        Conversation conversation = new Conversation(80, handshake: false).Server(B("…rest of some body")).Client(B(Get)).Server(B("more body")).Server(B(Ok));
        Assert.Equal(200, Details(conversation).Status);
        Assert.Equal(1, Details(conversation).Requests);
    }

    [Fact]
    public void The_server_may_be_the_one_seen_first() =>
        Assert.Equal(200, Details(new Conversation(50_000, clientPort: 80, handshake: false).Client(B(Ok)).Server(B(Get))).Status);

    [Theory]
    [InlineData("PROPFIND /dav/ HTTP/1.1\r\n")]
    [InlineData("VERSION-CONTROL /x HTTP/1.1\r\n")]
    [InlineData("M-SEARCH * HTTP/1.1\r\n")]
    [InlineData("\r\nGET / HTTP/1.0\n")]
    [InlineData("RPC_IN_DATA /rpc/rpcproxy.dll?x HTTP/1.1\r\n")]
    [InlineData("HTTP/1.1 200\r\n")]
    public void It_is_found_on_any_port(string line) => Assert.Equal("HTTP", new Conversation(31_000).Client(B(line)).Flow.Application);

    [Theory]
    [InlineData("OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 1\r\n\r\n")]
    [InlineData("DESCRIBE rtsp://h/x RTSP/1.0\r\n\r\n")]
    [InlineData("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n\r\n")]
    [InlineData("OPTIONS sip:bob@example.com SIP/2.0\r\n\r\n")]
    [InlineData("SIP/2.0 200 OK\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("220 mail.example.com ESMTP Postfix\r\n")]
    [InlineData("EHLO client.example.com\r\n")]
    [InlineData("USER anonymous\r\n")]
    [InlineData("REQMOD icap://h/x ICAP/1.0\r\n")]
    [InlineData("GET key\r\n")]
    [InlineData("get / http/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("HTTP/2 200\r\n")]
    [InlineData("HTTP/1.1\r\n")]
    public void What_only_looks_like_it_is_not(string line)
    {
        foreach (ushort port in new ushort[] { 80, 443, 53, 31_000 })
        {
            Conversation client = new Conversation(port).Client(B(line)).Close();
            Assert.NotEqual("HTTP", client.Flow.Application);
            Conversation server = new Conversation(port).Server(B(line)).Close();
            Assert.NotEqual("HTTP", server.Flow.Application);
        }
    }

    [Fact]
    public void An_endless_header_section_is_given_up()
    {
        Conversation conversation = new Conversation(80).Client(B("GET / HTTP/1.1\r\n"));
        byte[] header = B("X-Filler: " + new string('x', 1000) + "\r\n");
        for (int i = 0; i < 100; i++)
        {
            conversation.Client(header);
            Assert.True(conversation.Flow.Buffered <= 2 * InspectionLimits.StreamWindow);
        }

        conversation.Client(B("Host: late.example\r\n\r\n"));
        Assert.Null(Details(conversation).Host);
        Assert.Equal(0, conversation.Flow.Buffered);
    }

    [Fact]
    public void What_a_tunnel_was_asked_for_names_what_goes_through_it()
    {
        Conversation conversation = new Conversation(3128).Client(B("CONNECT inner.example:22 HTTP/1.1\r\n\r\n")).Server(B("HTTP/1.1 200 OK\r\n\r\n"))
            .Server(B("SSH-2.0-OpenSSH_9.9\r\n")).Client(B("SSH-2.0-OpenSSH_9.9\r\n"));
        SshDetails details = Assert.IsType<SshDetails>(conversation.Flow.Details);
        Assert.Equal(("inner.example", HostNameSource.HttpHost, null), (details.HostName, details.HostNameSource, details.ServerName));
    }
}
