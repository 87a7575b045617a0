using System.Globalization;
using System.Text.Json;

namespace NetMonitor.Tests.Corpus;

/// <summary>The least that a line of the table may show, in percent. May only rise.</summary>
internal sealed record Floor(double Recall, double Precision)
{
    /// <summary>The floor that a tally of today would pass: percent cut to two digits, so that it never rounds up to what was not reached.</summary>
    public static Floor Of(Tally tally) => new(Cut(tally.Recall), Cut(tally.Precision));

    private static double Cut(double? percent) => Math.Floor((percent ?? 0) * 100) / 100;
}

/// <summary>What comparing a table with its floors gave.</summary>
/// <param name="Broken">Lines below their floor, or without one.</param>
/// <param name="Raisable">Lines above it, and by how much.</param>
internal sealed record FloorVerdict(IReadOnlyList<string> Broken, IReadOnlyList<string> Raisable);

/// <summary>The floor of every line, as floors.json keeps them.</summary>
internal sealed record Floors(IReadOnlyDictionary<string, Floor> Rows)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static Floors Read(string path) =>
        new(JsonSerializer.Deserialize<Dictionary<string, Floor>>(File.ReadAllBytes(path), Json) ?? throw new JsonException("No floors."));

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(Rows, Json) + "\n");

    /// <summary>These floors, each raised to what was measured.</summary>
    public Floors RaisedTo(IReadOnlyDictionary<string, Tally> measured) => new(measured.ToDictionary(
        row => row.Key,
        row =>
        {
            Floor now = Floor.Of(row.Value);
            return Rows.TryGetValue(row.Key, out Floor? old) ? new Floor(Math.Max(old.Recall, now.Recall), Math.Max(old.Precision, now.Precision)) : now;
        }));

    public FloorVerdict Check(IReadOnlyDictionary<string, Tally> measured)
    {
        List<string> broken = [.. Rows.Keys.Except(measured.Keys).Select(row => $"{row}: has a floor and is no longer measured")];
        List<string> raisable = [];
        foreach ((string row, Tally tally) in measured)
        {
            if (!Rows.TryGetValue(row, out Floor? floor))
            {
                broken.Add($"{row}: has no floor");
                continue;
            }

            if (tally.Truth == 0)
            {
                continue; // Another corpus, which has nothing of the kind.
            }

            Floor now = Floor.Of(tally);
            Compare(row, "recall", floor.Recall, now.Recall);
            Compare(row, "precision", floor.Precision, now.Precision);
        }

        return new FloorVerdict(broken, raisable);

        void Compare(string row, string what, double floor, double now)
        {
            FormattableString text = $"{row}: {what} {now:F2} %, floor {floor:F2} % ({now - floor:+0.00;-0.00})";
            if (now < floor)
            {
                broken.Add(text.ToString(CultureInfo.InvariantCulture));
            }
            else if (now > floor)
            {
                raisable.Add(text.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
