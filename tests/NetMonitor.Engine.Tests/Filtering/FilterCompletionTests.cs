using NetMonitor.Filtering;

namespace NetMonitor.Tests.Filtering;

public sealed class FilterCompletionTests
{
    [Theory]
    [InlineData("sp", "sport:")]
    [InlineData("rt", "rtt>")]
    [InlineData("proto:tcp an", "and ")]
    [InlineData("state:syn_r", "SYN_RECV")]
    [InlineData("!state:syn_r", "SYN_RECV")]
    [InlineData("(state:syn_sent,syn_r", "SYN_RECV")]
    [InlineData("proto:=ud", "UDP UDPLite")]
    [InlineData("process:fi", "firefox")]
    [InlineData("process:s", "ssh")]
    [InlineData("org:cloud", "\"Cloudflare, Inc.\"")]
    [InlineData("org:\"cloudflare, i", "\"Cloudflare, Inc.\"")]
    [InlineData("dst:git", "github.com")]
    [InlineData("dport:2", "22")]
    [InlineData("nonsense:x", "")]
    public void What_is_typed_is_completed(string text, string texts) =>
        Assert.Equal(texts, string.Join(' ', FilterCompletion.Suggest(text, text.Length, Samples.All.Values).Select(suggestion => suggestion.Text)).Trim() + (texts.EndsWith(' ') ? " " : ""));

    [Fact]
    public void Only_the_word_under_the_cursor_is_replaced()
    {
        FilterSuggestion only = Assert.Single(FilterCompletion.Suggest("proto:tcp state:syn_r or port:44", 21));
        Assert.Equal((16, 5, "SYN_RECV"), (only.Start, only.Length, only.Text));
    }

    [Fact]
    public void Nothing_typed_offers_every_keyword() =>
        Assert.Equal(FilterKeywords.All.Select(keyword => keyword.Name), FilterCompletion.Suggest("", 0).Select(suggestion => suggestion.Text[..^1]));

    [Fact]
    public void What_is_offered_can_be_parsed()
    {
        foreach (FilterKeyword keyword in FilterKeywords.All)
        {
            string start = keyword.Name + ":";
            foreach (FilterSuggestion value in FilterCompletion.Suggest(start, start.Length, Samples.All.Values))
            {
                string kept = Samples.Kept(start + value.Text);
                Assert.True(kept.Length > 0 || keyword.Kind == FilterKind.Name, start + value.Text); // a name may be that of no sample
            }
        }
    }
}
