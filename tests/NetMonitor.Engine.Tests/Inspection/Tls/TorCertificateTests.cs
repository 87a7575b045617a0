using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Tls;

public sealed class TorCertificateTests
{
    private static byte[] Make(string subject, string issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(key), Certificates.NotBefore, Certificates.NotAfter, [1, 2, 3]);
        return certificate.RawData;
    }

    [Theory]
    [InlineData("CN=www.4xk7j2mnqa3b.net", "CN=www.pz5wq6gabcdefgh2.com", "Tor", Confidence.Heuristic)]
    [InlineData("CN=www.pz5wq6gabcdefgh2.com", "CN=www.4xk7j2mnqa3b.net", "Tor", Confidence.Heuristic)]
    [InlineData("CN=www.4xk7j2mnqa3b.net", "CN=www.4xk7j2mnqa3b.net", "TLS", Confidence.Decoded)]
    [InlineData("CN=www.4xk7j2mnqa3b.net, O=Example", "CN=www.pz5wq6gabcdefgh2.com", "TLS", Confidence.Decoded)]
    [InlineData("CN=www.4xk7.net", "CN=www.pz5wq6gabcdefgh2.com", "TLS", Confidence.Decoded)]
    [InlineData("CN=www.example1name.net", "CN=www.pz5wq6gabcdefgh2.com", "TLS", Confidence.Decoded)]
    [InlineData("CN=www.4xk7j2mnqa3b.org", "CN=www.pz5wq6gabcdefgh2.com", "TLS", Confidence.Decoded)]
    public void A_relay_is_guessed_by_its_certificate(string subject, string issuer, string application, Confidence confidence)
    {
        Conversation conversation = new Conversation(9001)
            .Client(Record(22, ClientHello(Sni("www.q2w3e4r5t6y7.com"))))
            .Server(Records(Bytes(ServerHello(0x0303, 0xC02F), Certificate(Make(subject, issuer)), ServerHelloDone), 4000));
        Assert.Equal((application, confidence), (conversation.Flow.Application, conversation.Flow.Confidence));
        Assert.Equal(subject, Assert.IsType<TlsDetails>(conversation.Flow.Details).Certificate!.Subject);
    }
}
