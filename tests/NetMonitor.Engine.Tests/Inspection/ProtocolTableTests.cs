using System.Collections.Concurrent;
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
            Assert.True(row.DatagramFirst is null || row.DatagramProbe is not null);
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

    /// <summary>Of a stream only the rows are tried that its first byte lets through: none may be missing, whatever the ports.</summary>
    [Fact]
    public void The_first_byte_of_a_stream_rules_out_only_rows_that_cannot_be()
    {
        IEnumerable<ushort> named = typeof(ProtocolTable).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith(typeof(ProtocolTable).Namespace!, StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(field => field.IsLiteral && field.FieldType == typeof(ushort) && field.Name.Contains("Port", StringComparison.Ordinal))
            .Select(field => (ushort)field.GetRawConstantValue()!);
        ushort[] ports = [.. named.Concat(ProtocolTable.Rows.SelectMany(row => row.Ports).Select(hint => hint.Port))
            .Concat(Enumerable.Range(0, 1100).Select(port => (ushort)port)).Distinct()];
        Assert.Contains((ushort)2404, ports); // IEC 60870-5-104, which asks for it by a constant of its own
        var missing = new ConcurrentDictionary<string, bool>();
        Parallel.For(0, 256, value =>
        {
            byte[] first = [(byte)value];
            Candidates candidates = ProtocolIndex.StreamRowsFor((byte)value);
            for (int row = 0; row < ProtocolTable.Rows.Count; row++)
            {
                if (ProtocolIndex.StreamProbes[row] is not { } probe || candidates.Has(row))
                {
                    continue;
                }

                foreach (ushort port in ports)
                {
                    var to = new FlowContext(TransportProtocol.TCP, 40_000, port);
                    var from = new FlowContext(TransportProtocol.TCP, port, 40_000);
                    if (probe(to, Side.Originator, first) != Match.No || probe(to, Side.Responder, first) != Match.No
                        || probe(from, Side.Originator, first) != Match.No || probe(from, Side.Responder, first) != Match.No)
                    {
                        missing.TryAdd($"{ProtocolTable.Rows[row].Name}, port {port}", true);
                    }
                }
            }
        });
        Assert.Empty(missing.Keys);
        Assert.InRange(Enumerable.Range(0, 256).Average(value => ProtocolTable.Rows.Where((_, row) => ProtocolIndex.StreamRowsFor((byte)value).Has(row)).Count()), 1, 15);
    }

    /// <summary>Held for single datagrams by <see cref="DatagramFirst"/>.</summary>
    [Fact]
    public void The_first_byte_of_a_datagram_rules_out_most_rows()
    {
        for (int first = 0; first <= byte.MaxValue; first++)
        {
            Candidates may = ProtocolIndex.DatagramRowsFor((byte)first);
            Assert.All(ProtocolTable.Rows.Index(), row => Assert.Equal(
                row.Item.DatagramProbe is not null && (row.Item.DatagramFirst is not { } declared || declared((byte)first)), may.Has(row.Index)));
        }

        Assert.InRange(Enumerable.Range(0, 256).Average(value => ProtocolTable.Rows.Where((_, row) => ProtocolIndex.DatagramRowsFor((byte)value).Has(row)).Count()), 1, 10);
    }
}
