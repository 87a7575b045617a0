using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetMonitor.Tests.Inspection.Tls;

/// <summary>Certificates made for the occasion by the platform's own library.</summary>
internal static class Certificates
{
    public static readonly DateTimeOffset NotBefore = new(2024, 2, 29, 1, 2, 3, TimeSpan.Zero);
    public static readonly DateTimeOffset NotAfter = new(2051, 12, 31, 23, 59, 59, TimeSpan.Zero); // as GeneralizedTime

    public static readonly string[] Names = ["www.example.com", "*.example.org", "192.0.2.1", "2001:db8::1"];

    /// <summary>For "CN=www.example.com, O=Example, Inc., C=US", self-signed.</summary>
    public static readonly byte[] Server = Make("CN=www.example.com, O=\"Example, Inc.\", C=US");

    public static byte[] Make(string subject) => Make(new X500DistinguishedName(subject));

    public static byte[] Make(X500DistinguishedName subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        SubjectAlternativeNameBuilder names = new();
        names.AddEmailAddress("postmaster@example.com");
        names.AddDnsName(Names[0]);
        names.AddDnsName(Names[1]);
        names.AddIpAddress(IPAddress.Parse(Names[2]));
        names.AddIpAddress(IPAddress.Parse(Names[3]));
        request.CertificateExtensions.Add(names.Build(critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(NotBefore, NotAfter);
        return certificate.RawData;
    }
}
