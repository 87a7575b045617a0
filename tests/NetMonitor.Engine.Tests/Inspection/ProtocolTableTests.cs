using System.Reflection;
using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

public sealed class ProtocolTableTests
{
    [Fact]
    public void Rows_are_complete_and_fit()
    {
        Assert.InRange(ProtocolTable.Rows.Count, 3, Candidates.Capacity);
        Assert.Equal(ProtocolTable.Rows.Count, ProtocolTable.Rows.Select(row => row.Name).Distinct().Count());
        Assert.All(ProtocolTable.Rows, row =>
        {
            Assert.Equal(row.StreamProbe is null, row.CreateStream is null);
            Assert.Equal(row.DatagramProbe is null, row.CreateDatagram is null);
            Assert.True(row.Ports.Count > 0 || row.StreamProbe is not null || row.DatagramProbe is not null);
        });
    }

    [Fact]
    public void More_rows_than_a_word_has_bits_are_fine()
    {
        ProtocolRow[] rows = [.. Enumerable.Range(0, Candidates.Capacity).Select(i => new ProtocolRow($"P{i}"))];
        Candidates candidates = Candidates.Of(rows, row => row.Name is "P3" or "P64" or "P127");
        List<int> left = [];
        while (!candidates.IsEmpty)
        {
            left.Add(candidates.First);
            candidates.Remove(candidates.First);
        }

        Assert.Equal([3, 64, 127], left);
        Assert.Throws<ArgumentOutOfRangeException>(() => Candidates.Of([.. rows, new ProtocolRow("P128")], _ => true));
    }

    [Fact]
    public void Every_limit_is_a_row()
    {
        (string, long)[] constants = [.. typeof(InspectionLimits).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral)
            .Select(f => (f.Name, Convert.ToInt64(f.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)))];
        Assert.Equal(constants.Order(), InspectionLimits.All.Select(row => (row.Name, row.Value)).Order());
        Assert.All(InspectionLimits.All, row => Assert.NotEmpty(row.Meaning));
    }

    [Fact]
    public void The_documented_protocols_are_those_of_the_table()
    {
        string[] families = ["Web", "Names", "Remote access", "Mail, files, chat, voice", "Messages and databases",
            "Directories, shares, services of the network", "Tunnels, routing, industry, peers"];
        IEnumerable<string> documented = families.SelectMany(family => DocumentedTables.Read("protocols.md", family))
            .Select(row => $"{row[0]}: {row[1]} / {row[2]}");
        IEnumerable<string> known = ProtocolTable.Rows.Select(row => $"{row.Name}: {How(row, TransportProtocol.TCP)} / {How(row, TransportProtocol.UDP)}");
        Assert.Equal(known.Order(), documented.Order());

        static string How(ProtocolRow row, TransportProtocol transport) => row.HasProbe(transport) ? "content"
            : row.Ports.Any(hint => hint.Transport == transport) ? "port" : "";
    }

    [Fact]
    public void The_documented_limits_are_those_in_force() => Assert.Equal(
        InspectionLimits.All.Select(limit => $"{limit.Name} {limit.Value} {limit.Unit} {limit.Meaning}").Order(),
        DocumentedTables.Read("limits.md", "Inspection").Select(row => string.Join(' ', row)).Order());
}
