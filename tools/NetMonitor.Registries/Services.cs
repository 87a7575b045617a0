using System.Globalization;
using System.Text.Json;

namespace NetMonitor.Registries;

/// <summary>Compacts the IANA registry of service names: for each transport its ports in order, with the name of each.</summary>
internal static class Services
{
    private static readonly string[] Transports = ["tcp", "udp", "sctp", "dccp"];

    /// <summary>Ports for which IANA registers several names, of which the package gives the last: their first.</summary>
    private static readonly Dictionary<int, string> FirstNames = new() { [80] = "http", [631] = "ipp" };

    public static void Compact(string source, string target)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(source));
        (ushort Port, string Transport, string Name)[] all = [.. json.RootElement.EnumerateObject()
            .Select(entry => (Key: entry.Name.Split('/'), Name: entry.Value[0].GetString()!))
            .Where(entry => entry.Name.Length > 0)
            .Select(entry => (ushort.Parse(entry.Key[0], CultureInfo.InvariantCulture), entry.Key[1], entry.Name))
            .Select(entry => FirstNames.TryGetValue(entry.Item1, out string? first) ? entry with { Name = first } : entry).Order()];
        string[] names = [.. all.Select(entry => entry.Name).Distinct()];
        Dictionary<string, int> index = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
        var writer = new RegistryWriter();
        writer.Texts(names);
        foreach (string transport in Transports)
        {
            (ushort Port, string Transport, string Name)[] rows = [.. all.Where(entry => entry.Transport == transport)];
            writer.Number((ulong)rows.Length);
            int before = 0;
            foreach ((ushort port, _, string name) in rows)
            {
                writer.Number((ulong)(port - before));
                writer.Number((ulong)index[name]);
                before = port;
            }
        }

        writer.Save(target);
    }
}
