using NetMonitor.Inspection.Tls;
using static NetMonitor.Tests.Inspection.Tls.TlsBytes;
using static NetMonitor.Tests.Inspection.WireBuilder;
using Hello = NetMonitor.Inspection.Tls.ClientHello;

namespace NetMonitor.Tests.Inspection.Tls;

public sealed class FingerprintTests
{
    private const int HeaderSize = 4;

    // The example of JA4.md, with the order of its extensions and the GREASE of a browser.
    private static readonly int[] ExampleSuites =
        [0x0A0A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035];

    private static readonly byte[][] ExampleExtensions =
    [
        Extension(0x5A5A), Extension(0x001B), Sni("example.com"), Extension(0x0033), Alpn("h2", "http/1.1"), Extension(0x4469), Extension(0x0017),
        Extension(0x002D), SignatureAlgorithms(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601), Extension(0x0005), Extension(0x0023),
        Extension(0x0012), Versions(0x6A6A, 0x0304, 0x0303), Extension(0xFF01), Extension(0x000B), Groups(0x1A1A, 0x001D), Extension(0x0015),
    ];

    [Fact]
    public void The_example_of_ja4_gives_its_fingerprint()
    {
        byte[] hello = ClientHelloOf(0x0303, ExampleSuites, ExampleExtensions);
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Ja4Of(hello));
        Assert.Equal("q13d1516h2_8daaf6152771_e5627efa2ab1", Ja4Of(hello, Ja4.Quic));

        // Browsers shuffle their extensions.
        Assert.Equal(Ja4Of(hello), Ja4Of(ClientHelloOf(0x0303, [.. ExampleSuites.Reverse()], [.. ExampleExtensions.Reverse()])));
    }

    [Fact]
    public void Ja4_without_signature_algorithms_hashes_the_extensions_alone() => Assert.Equal(
        "t13d1516h2_8daaf6152771_6d807ffa2a79",
        Ja4Of(ClientHelloOf(0x0303, ExampleSuites, [.. ExampleExtensions.Select(e => e[1] == 0x0D && e[0] == 0 ? Extension(0x000D) : e)])));

    [Fact]
    public void Ja4_of_nothing_has_zeros()
    {
        Assert.Equal("t12i000000_000000000000_000000000000", Ja4Of(ClientHelloOf(0x0303, [0x0A0A], [])));
        Assert.EndsWith("_000000000000", Ja4Of(ClientHelloOf(0x0303, [0x1301], [Sni("a"), Alpn("h2")])), StringComparison.Ordinal);
    }

    [Fact]
    public void Ja4_counts_to_99()
    {
        byte[][] extensions = [.. Enumerable.Range(0x1000, 150).Select(type => Extension(type))];
        Assert.StartsWith("t12i999900_", Ja4Of(ClientHelloOf(0x0303, [.. Enumerable.Range(1, 200)], extensions)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AB", "ab")]
    [InlineData("20", "20")]
    [InlineData("ABCD", "ad")]
    [InlineData("2061", "21")]
    [InlineData("30AB", "3b")]
    [InlineData("6120", "60")]
    [InlineData("3031ABCD", "3d")]
    [InlineData("30ABCD31", "01")]
    [InlineData("61", "aa")]
    [InlineData("6832", "h2")]
    public void Ja4_shows_the_ends_of_the_first_protocol(string name, string shown)
    {
        byte[] alpn = Extension(16, Vector16(Vector8(Convert.FromHexString(name)), Vector8("h3")));
        Assert.Equal(shown, Ja4Of(ClientHelloOf(0x0303, [0x1301], [alpn]))[8..10]);
    }

    [Theory]
    [InlineData(0x0303, new[] { 0x0302, 0x0304, 0xFAFA }, "13")]
    [InlineData(0x0303, new int[0], "12")]
    [InlineData(0x0302, new int[0], "11")]
    [InlineData(0x0301, new int[0], "10")]
    [InlineData(0x0300, new int[0], "s3")]
    [InlineData(0x0303, new[] { 0x7F1C }, "00")]
    [InlineData(0xFEFF, new int[0], "d1")]
    [InlineData(0xFEFD, new int[0], "d2")]
    [InlineData(0xFEFD, new[] { 0xFEFD, 0xFEFC }, "d3")]
    public void Ja4_names_the_highest_version(int version, int[] supported, string shown)
    {
        byte[][] extensions = supported.Length == 0 ? [] : [Versions(supported)];
        Assert.Equal(shown, Ja4Of(ClientHelloOf(version, [0x1301], extensions))[1..3]);
    }

    [Fact]
    public void The_examples_of_ja3_give_their_fingerprints()
    {
        // README of github.com/salesforce/ja3.
        byte[] groups = Groups(23, 24, 25);
        byte[] formats = Extension(11, Vector8(0));
        int[] suites = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4];
        Assert.Equal("ada70206e40642a3e4461f35503241d5", Ja3Of(ClientHelloOf(769, suites, [Sni("a"), groups, formats])));
        Assert.Equal("de350869b8c85de67a350c8d186f11e6", Ja3Of(ClientHelloOf(769, [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], [])));

        byte[] withGrease = ClientHelloOf(769, [0x1A1A, .. suites], [Extension(0xBABA), Sni("a"), Groups(0xCACA, 23, 24, 25), formats]);
        Assert.Equal("ada70206e40642a3e4461f35503241d5", Ja3Of(withGrease));

        // md5sum of "769,47,65281-0-11-35-5-16"
        byte[] server = ServerHello(769, 47, null, null, [.. ((int[])[65281, 0, 11, 35, 5, 16]).Select(type => Extension(type))]);
        Assert.True(NetMonitor.Inspection.Tls.ServerHello.TryParse(server.AsSpan(HeaderSize), out ServerHello hello));
        Assert.Equal("836ce314215654b5b1f85f97c73e506f", Ja3.Compute(hello));
    }

    private static string Ja4Of(byte[] message, char transport = Ja4.Tcp)
    {
        Assert.True(Hello.TryParse(message.AsSpan(HeaderSize), out Hello hello));
        return Ja4.Compute(hello, transport);
    }

    private static string? Ja3Of(byte[] message)
    {
        Assert.True(Hello.TryParse(message.AsSpan(HeaderSize), out Hello hello));
        return Ja3.Compute(hello);
    }
}
