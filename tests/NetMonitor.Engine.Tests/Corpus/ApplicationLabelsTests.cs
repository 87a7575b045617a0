using NetMonitor.Inspection;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Tests.Corpus;

public sealed class ApplicationLabelsTests
{
    /// <summary>A name without a row would be scored as if the truth called it the same.</summary>
    [Fact]
    public void Every_name_that_the_tables_can_give_has_its_labels()
    {
        string[] names = [.. ProtocolTable.Rows.Select(row => row.Name), .. ProtocolTable.Rows.SelectMany(row => row.Ports).Select(hint => hint.Application),
            TlsApplications.Unknown];

        Assert.Empty(names.Distinct().Except(ApplicationLabels.Applications));
    }

    [Fact]
    public void Labels_are_lower_case() => Assert.All(ApplicationLabels.Applications, name =>
    {
        Assert.NotEmpty(ApplicationLabels.Of(name));
        Assert.All(ApplicationLabels.Of(name), label => Assert.Equal(label.ToLowerInvariant(), label));
    });
}
