using System.Globalization;
using System.Text.Json;

namespace NetMonitor.Registries;

/// <summary>Compacts the IEEE registries MA-L, MA-M and MA-S: prefixes of 24, 28 and 36 bits.</summary>
internal static class Vendors
{
    private static readonly int[] HexDigits = [6, 7, 9];

    public static void Compact(string source, string target)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(source));
        (string Prefix, string Name)[] all = [.. json.RootElement.EnumerateObject()
            .Select(entry => (entry.Name, Name: entry.Value.GetString()!.Split('\n')[0].Trim()))
            .Where(entry => entry.Name is not ("Private" or "IEEE Registration Authority"))];
        string[] names = [.. all.Select(entry => entry.Name).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> index = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
        var writer = new RegistryWriter();
        writer.Texts(names);
        foreach (int digits in HexDigits)
        {
            (ulong Prefix, int Name)[] rows = [.. all.Where(entry => entry.Prefix.Length == digits)
                .Select(entry => (ulong.Parse(entry.Prefix, NumberStyles.HexNumber, CultureInfo.InvariantCulture), index[entry.Name])).Order()];
            writer.Number((ulong)rows.Length);
            ulong before = 0;
            foreach ((ulong prefix, _) in rows)
            {
                writer.Number(prefix - before);
                before = prefix;
            }

            foreach ((_, int name) in rows)
            {
                writer.Number((ulong)name);
            }
        }

        writer.Save(target);
    }
}
