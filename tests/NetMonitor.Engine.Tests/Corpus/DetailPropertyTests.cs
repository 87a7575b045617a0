namespace NetMonitor.Tests.Corpus;

public sealed class DetailPropertyTests
{
    /// <summary>A property that is renamed must not silently score nothing, one that arrives must be scored strictly from then on.</summary>
    [Fact]
    public void The_engine_has_every_property_that_is_scored_by_name() => Assert.Equal(
        DetailProperty.All.Except(DetailProperty.Awaited).Select(property => property.ToString()),
        DetailProperty.All.Where(property => property.IsThere).Select(property => property.ToString()));

    [Fact]
    public void Values_are_read_from_every_layer()
    {
        DetailProperty alpn = new("TlsDetails", nameof(TlsDetails.AlpnOffered));
        NetConnection connection = new() { Details = new TlsDetails { AlpnOffered = ["h2"], Outer = new HttpDetails { Outer = new TlsDetails { AlpnOffered = ["dot", "x"] } } } };

        Assert.Equal(["h2", "dot", "x"], alpn.Of(connection));
        Assert.Equal(["h"], new DetailProperty("HttpDetails", nameof(HttpDetails.Host)).Of(new NetConnection { Details = new HttpDetails { Host = "h" } }));
        Assert.Empty(new DetailProperty("HttpDetails", nameof(HttpDetails.Host)).Of(new NetConnection()));
    }
}
