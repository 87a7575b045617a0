using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace NetMonitor.Registries;

/// <summary>Compacts the ranges of autonomous systems and countries: rows of "first address, last address, value" in order.</summary>
internal static class Places
{
    private readonly record struct Range(UInt128 First, UInt128 Last, string Value);

    public static void Compact(string asnFolder, string countryFolder, string target)
    {
        var names = new SortedDictionary<uint, string>();
        List<Range>[] systems = [.. new[] { "4", "6" }.Select(v => Read(Path.Combine(asnFolder, $"asn-ipv{v}.csv"), names))];
        List<Range>[] countries = [.. new[] { "4", "6" }.Select(v => Read(Path.Combine(countryFolder, $"asn-country-ipv{v}.csv"), null))];

        string[] countryNames = [.. countries.SelectMany(list => list).Select(range => range.Value).Distinct().Order(StringComparer.Ordinal)];
        var writer = new RegistryWriter();
        writer.Number((ulong)names.Count);
        uint before = 0;
        foreach (uint number in names.Keys)
        {
            writer.Number(number - before);
            before = number;
        }

        writer.Texts(names.Values);
        writer.Texts(countryNames);
        Dictionary<string, int> systemIndex = names.Keys.Select((number, i) => (number, i)).ToDictionary(
            pair => pair.number.ToString(CultureInfo.InvariantCulture), pair => pair.i + 1);
        Dictionary<string, int> countryIndex = countryNames.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i + 1);
        Write(writer, systems[0], systemIndex, shift: 0);
        Write(writer, systems[1], systemIndex, shift: 64);
        Write(writer, countries[0], countryIndex, shift: 0);
        Write(writer, countries[1], countryIndex, shift: 64);
        writer.Save(target);
    }

    /// <summary>Writes where values change: all distances first, then all values (0 for none), each kind being more alike. Of IPv6 the upper half
    /// counts (<paramref name="shift"/>): nobody routes less than a /64.</summary>
    private static void Write(RegistryWriter writer, List<Range> ranges, Dictionary<string, int> index, int shift)
    {
        var changes = new List<(ulong Start, int Value)> { (0, 0) };
        void Change(UInt128 at, int value)
        {
            var start = (ulong)(at >> shift);
            if (changes[^1].Start == start)
            {
                changes.RemoveAt(changes.Count - 1);
            }

            if (changes.Count == 0 || changes[^1].Value != value)
            {
                changes.Add((start, value));
            }
        }

        // Some ranges overlap. Of an address in two the first range keeps it: what is left of the other follows.
        UInt128 end = 0;
        int overlaps = 0;
        foreach (Range range in ranges)
        {
            overlaps += range.First < end ? 1 : 0;
            UInt128 first = UInt128.Max(range.First, end);
            if (first <= range.Last)
            {
                Change(end, 0);
                Change(first, index[range.Value]);
                end = range.Last + 1;
            }
        }

        Change(end, 0);
        Console.WriteLine($"{ranges.Count} ranges, {overlaps} overlap, {changes.Count} changes");

        writer.Number((ulong)changes.Count);
        ulong before = 0;
        foreach ((ulong start, _) in changes)
        {
            writer.Number(start - before);
            before = start;
        }

        foreach ((_, int value) in changes)
        {
            writer.Number((ulong)value);
        }
    }

    private static List<Range> Read(string path, SortedDictionary<uint, string>? names)
    {
        var ranges = new List<Range>();
        foreach (string line in File.ReadLines(path))
        {
            string[] cells = line.Split(',', 4);
            ranges.Add(new Range(Number(cells[0]), Number(cells[1]), cells[2]));
            names?.TryAdd(uint.Parse(cells[2], CultureInfo.InvariantCulture), Unquote(cells[3]));
        }

        return ranges;
    }

    private static UInt128 Number(string address)
    {
        byte[] bytes = IPAddress.Parse(address).GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static string Unquote(string cell) => cell.StartsWith('"') ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell;
}
