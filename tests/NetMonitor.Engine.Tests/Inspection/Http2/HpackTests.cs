using System.Text;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Http2;

namespace NetMonitor.Tests.Inspection.Http2;

/// <summary>The examples of RFC 7541 appendix C.</summary>
public sealed class HpackTests
{
    private static string Read(HpackReader reader, Http2Block block, string hex)
    {
        block.Begin();
        Assert.True(reader.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), block));
        return string.Join(' ', new[] { Http2Field.Method, Http2Field.Path, Http2Field.Authority, Http2Field.Status }.Select(field => block[field]).Where(value => value is not null));
    }

    [Theory]
    [InlineData("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65")] // C.3
    [InlineData("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", "8286 84be 5886 a8eb 1064 9cbf", "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")] // C.4
    public void Requests(string first, string second, string third)
    {
        HpackReader reader = new();
        Http2Block block = new();
        Assert.Equal("GET / www.example.com", Read(reader, block, first));
        Assert.Equal("GET / www.example.com", Read(reader, block, second));
        Assert.Equal("GET /index.html www.example.com", Read(reader, block, third));
    }

    [Fact]
    public void Responses_push_each_other_out_of_a_small_table()
    {
        // C.6, with a table of 256 bytes
        HpackReader reader = new();
        Http2Block block = new();
        Assert.Equal("302", Read(reader, block, "3fe101" + "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"));
        Assert.Equal("307", Read(reader, block, "4883 640e ffc1 c0bf"));
        Assert.Equal("200", Read(reader, block, "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"));
        Assert.Equal("", Read(reader, block, "c1")); // The 302 is gone.
    }

    [Fact]
    public void Every_symbol_has_its_code()
    {
        // The code of a symbol is its place among the codes of its length (appendix B): spot checks at every edge of the table.
        Assert.Equal("0", Decode("07"));      // 00000 and padding
        Assert.Equal("Z", Decode("FD"));      // 11111101
        Assert.Equal("!", Decode("FE3F"));    // 1111111000
        Assert.Equal("~", Decode("FFEF"));    // 1111111111101
        Assert.Equal("\\", Decode("FFFE1F")); // 1111111111111110000
        Assert.Equal("\n", Decode("FFFFFFF3")); // 30 bits, 111100
        Assert.False(HpackHuffman.TryDecode([0xFF, 0xFF, 0xFF, 0xFF], new byte[8], out _)); // EOS
        Assert.False(HpackHuffman.TryDecode([0xFF], new byte[8], out _));                   // eight bits of padding
        Assert.False(HpackHuffman.TryDecode([0x00, 0x00], new byte[8], out _));             // padding of zeros
        Span<byte> small = stackalloc byte[1];
        Assert.True(HpackHuffman.TryDecode(Convert.FromHexString("f1e3c2e5f23a6ba0ab90f4ff"), small, out int length));
        Assert.Equal(("w", 15), (Encoding.ASCII.GetString(small), length));
    }

    [Theory]
    [InlineData("80")]             // index 0
    [InlineData("ff")]             // an integer that does not end
    [InlineData("ffffffffffffff7f")] // or is too large
    [InlineData("4105")]           // a string that is not there
    [InlineData("4000")]           // no value
    [InlineData("0185ffffffffff")] // a wrong code
    public void Malformed_blocks_are_refused(string hex) => Assert.False(new HpackReader().TryRead(Convert.FromHexString(hex), new Http2Block()));

    [Fact]
    public void A_table_beyond_the_limit_is_not_guessed_at()
    {
        HpackReader reader = new();
        Http2Block block = new();
        Assert.Equal("www.example.com", Read(reader, block, "3fe1ff3f" + "410f 7777 772e 6578 616d 706c 652e 636f 6d"));
        Assert.Equal("", Read(reader, block, "be"));
        Assert.Equal("GET", Read(reader, block, "82"));
    }

    private static string Decode(string hex)
    {
        Span<byte> text = stackalloc byte[8];
        Assert.True(HpackHuffman.TryDecode(Convert.FromHexString(hex), text, out int length));
        return Encoding.Latin1.GetString(text[..length]);
    }
}
