using System.Text;
using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;
using Reader = NetMonitor.Inspection.Tls.X509Certificate;

namespace NetMonitor.Tests.Inspection.Tls;

public sealed class X509CertificateTests
{
    [Fact]
    public void It_says_who_and_until_when()
    {
        TlsCertificate certificate = Reader.Read(Certificates.Server)!;
        Assert.Equal(@"CN=www.example.com, O=Example\, Inc., C=US", certificate.Subject);
        Assert.Equal(certificate.Subject, certificate.Issuer);
        Assert.Equal(Certificates.NotBefore, certificate.NotBefore);
        Assert.Equal(Certificates.NotAfter, certificate.NotAfter);
        Assert.Equal(Certificates.Names, certificate.Names);
    }

    [Theory]
    [InlineData("DC=example, DC=org", "DC=example, DC=org")]
    [InlineData("CN=Jürgen, L=東京", "CN=Jürgen, L=東京")]
    [InlineData("E=a@example.com, OU=x", "E=a@example.com, OU=x")]
    [InlineData("OID.1.2.840.10045.1=x", "1.2.840.10045.1=x")]
    [InlineData("OID.2.5.4.97=VAT", "2.5.4.97=VAT")]
    public void Names_are_written_as_rfc_4514_says(string name, string shown) => Assert.Equal(shown, Reader.Read(Certificates.Make(name))!.Subject);

    [Theory]
    [InlineData(0x17, "500101000000Z", "1950-01-01T00:00:00Z")]
    [InlineData(0x17, "491231235959Z", "2049-12-31T23:59:59Z")]
    [InlineData(0x17, "2402290102Z", "2024-02-29T01:02:00Z")]
    [InlineData(0x18, "20500101000000Z", "2050-01-01T00:00:00Z")]
    [InlineData(0x18, "99991231235959Z", "9999-12-31T23:59:59Z")]
    [InlineData(0x17, "230229000000Z", null)]
    [InlineData(0x17, "240101250000Z", null)]
    [InlineData(0x17, "2401010000000", null)]
    [InlineData(0x17, "240101000000+0100", null)]
    [InlineData(0x17, "", null)]
    [InlineData(0x18, "00000101000000Z", null)]
    [InlineData(0x18, "2024-01-01", null)]
    [InlineData(0x0C, "240101000000Z", null)]
    public void Times_are_read_or_left_out(int tag, string text, string? time)
    {
        TlsCertificate certificate = Reader.Read(Minimal(Der(tag, text), Der(0x17, "300101000000Z")))!;
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), certificate.NotBefore);
        Assert.Equal(2030, certificate.NotAfter!.Value.Year);
    }

    [Fact]
    public void Many_names_are_cut_and_odd_ones_left_out()
    {
        byte[] names = [.. Enumerable.Range(0, 500).SelectMany(i => Der(0x82, $"h{i}.example"))];
        byte[] odd = Bytes(Der(0x87, "abc"), Der(0x82, ""), Der(0x86, "https://example.com"));
        byte[] extension = Der(0x30, Der(0x06, new byte[] { 0x55, 0x1D, 0x11 }), Der(0x04, Der(0x30, odd, names)));
        TlsCertificate certificate = Reader.Read(Minimal(Der(0x17, "240101000000Z"), Der(0x17, "300101000000Z"), Der(0xA3, Der(0x30, extension))))!;
        Assert.Equal(InspectionLimits.TlsCertificateNames, certificate.Names.Count);
        Assert.Equal("h0.example", certificate.Names[0]);
    }

    [Fact]
    public void A_name_cannot_move_the_cursor_or_pretend_to_be_two()
    {
        byte[] name = Der(0x31, Der(0x30, Der(0x06, new byte[] { 0x55, 0x04, 0x03 }), Der(0x0C, "evil\u001b[2J, O=Bank")));
        Assert.Equal("CN=evil\uFFFD[2J\\, O\\=Bank", NetMonitor.Inspection.Tls.X509Name.Format(name));
        Assert.Equal("CN=hi", NetMonitor.Inspection.Tls.X509Name.Format(
            Der(0x31, Der(0x30, Der(0x06, new byte[] { 0x55, 0x04, 0x03 }), Der(0x1E, Encoding.BigEndianUnicode.GetBytes("hi"))))));
    }

    [Fact]
    public void Cut_or_changed_certificates_do_no_harm()
    {
        byte[] whole = Certificates.Server;
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(Reader.Read(whole.AsSpan(0, length)));
        }

        Random random = new(4);
        for (int i = 0; i < 5000; i++)
        {
            byte[] changed = [.. whole];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            Assert.InRange(Reader.Read(changed)?.Subject.Length ?? 0, 0, 10_000);
        }
    }

    private static byte[] Minimal(byte[] notBefore, byte[] notAfter, params byte[][] rest) => Der(0x30, Der(0x30,
        Der(0x02, 1), Der(0x30), Der(0x30), Der(0x30, notBefore, notAfter), Der(0x30), Der(0x30), Bytes([.. rest])));

    private static byte[] Der(int tag, params object[] content)
    {
        byte[] bytes = Bytes(content);
        return bytes.Length < 128 ? Bytes(tag, bytes.Length, bytes) : Bytes(tag, 0x82, U16(bytes.Length), bytes);
    }
}
