using System.Text;
using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

public sealed class WireTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("a\0b\tc\u001b[0m\u007f", "a\uFFFDb\uFFFDc\uFFFD[0m\uFFFD")]
    [InlineData("\u009b31m\u0085", "\uFFFD31m\uFFFD")]
    [InlineData("a\u202eb\u2066c\u200fd\u061ce", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")]
    [InlineData("line\u2028break", "line\uFFFDbreak")]
    [InlineData("Grüße, 世界 🌍", "Grüße, 世界 🌍")]
    public void What_could_play_tricks_is_replaced(string wire, string text) => Assert.Equal(text, WireText.Clean(Encoding.UTF8.GetBytes(wire)));

    [Fact]
    public void What_is_not_utf8_is_latin1() => Assert.Equal("caf\u00e9 \uFFFD", WireText.Clean([(byte)'c', (byte)'a', (byte)'f', 0xE9, (byte)' ', 0x9B]));

    [Fact]
    public void Long_text_is_cut_between_characters()
    {
        Assert.Equal(new string('a', 9) + "…", WireText.Clean(Encoding.UTF8.GetBytes(new string('a', 5000)), 10));
        string cut = WireText.Clean(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("🌍", 5000))), 10);
        Assert.Equal(string.Concat(Enumerable.Repeat("🌍", 4)) + "…", cut);
        Assert.Equal("abc", WireText.Clean("abc"u8, 3));
    }

    [Fact]
    public void The_same_text_is_not_made_twice()
    {
        string? text = null;
        Assert.True(WireText.Update(ref text, "example"u8));
        string? first = text;
        Assert.False(WireText.Update(ref text, "example"u8));
        Assert.Same(first, text);
        Assert.True(WireText.Update(ref text, "other"u8));
        Assert.Equal("other", text);
    }

    [Fact]
    public void No_byte_gives_an_unsafe_character()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        Assert.DoesNotContain(WireText.Clean(all, 1000), WireText.IsUnsafe);
        Assert.DoesNotContain(WireText.Clean(all, 1000), c => char.IsControl(c));
    }

    /// <summary>Many more than are remembered, from several threads: whatever drives whatever out, each is what it says.</summary>
    [Fact]
    public void Texts_that_are_shared_say_what_they_are_of()
    {
        Assert.Same(WireText.Clean("shared by many connections"u8), WireText.Clean("shared by many connections"u8));
        Parallel.For(0, 10 * InspectionLimits.SharedTexts, i =>
        {
            string text = $"text {i / 2}, {new string('x', i % 300)}";
            Assert.Equal(text, RecentText.Of(Encoding.ASCII.GetBytes(text)));
            Assert.Equal(text, RecentText.Of(text.AsSpan()));
        });
        Assert.Equal("é", RecentText.Of("é".AsSpan()));
        Assert.Equal(string.Empty, RecentText.Of(ReadOnlySpan<byte>.Empty));
    }
}
