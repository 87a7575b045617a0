using System.Globalization;
using System.Text;
using NetMonitor.Monitoring;
using static NetMonitor.View.ControlSequences;

namespace NetMonitor.View;

/// <summary>Makes a state into the lines of a frame: a header, the column titles, the rows, and the keys.</summary>
internal static class Frame
{
    private const int HeaderLines = 2;
    private const int FooterLines = 1;

    /// <summary>The lines, each at most as wide as the terminal.</summary>
    public static IReadOnlyList<string> Lines(ViewState state, int width, int height, bool color)
    {
        IReadOnlyList<(Column Column, int Width)> columns = TableLayout.Compute(Column.All, width);
        state.SetPageSize(height - HeaderLines - FooterLines);

        var lines = new List<string>(height)
        {
            Reverse + Cells.Fit(Header(state), width),
            Bold + Cells.Fit(string.Join(' ', columns.Select(column => Cells.Fit(column.Column.Title, column.Width, column.Column.Right))), width),
        };
        int last = Math.Min(state.Rows.Length, state.Top + state.PageSize);
        for (int i = state.Top; i < last; i++)
        {
            lines.Add(Row(state.Rows[i], columns, state.Snapshot!.Now, width, color));
        }

        while (lines.Count < height - FooterLines)
        {
            lines.Add("");
        }

        lines.Add(Dim + Cells.Fit(Footer(state, last), width));
        return lines.Count > height ? lines[..height] : lines;
    }

    private static string Header(ViewState state)
    {
        if (state.Snapshot is not { } snapshot)
        {
            return " NetMonitor";
        }

        string status = snapshot.Status switch
        {
            SessionStatus.Running => "",
            SessionStatus.Failed => $"  FAILED: {snapshot.Failure}",
            SessionStatus ended => $"  {ended}",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $" NetMonitor  {snapshot.Source}  {snapshot.Connections.Count:N0} connections  {snapshot.Packets:N0} packets  {snapshot.Dropped:N0} dropped{status}");
    }

    private static string Footer(ViewState state, int last)
    {
        string keys = string.Join("  ", KeyBinding.All.Select(binding => binding.Label).OfType<string>());
        string place = state.Rows.Length == 0 ? "waiting for packets" : $"{state.Top + 1}-{last} of {state.Rows.Length}";
        return $" {place}  sorted by {state.Order.Name}  {keys}";
    }

    private static string Row(NetConnection row, IReadOnlyList<(Column Column, int Width)> columns, DateTimeOffset now, int width, bool color)
    {
        var line = new StringBuilder();
        foreach ((Column column, int cells) in columns)
        {
            string text = column.Text(row, now);
            line.Append(line.Length > 0 ? " " : "").Append(column.Endpoint ? Cells.FitEndpoint(text, cells) : Cells.Fit(text, cells, column.Right));
        }

        return Style(row, color) + Cells.Fit(line.ToString(), width).TrimEnd();
    }

    /// <summary>Yellow and red as a silent connection nears its timeout; closed ones recede.</summary>
    private static string Style(NetConnection row, bool color) => row switch
    {
        { IsHistoric: true } => Dim,
        { Staleness: Staleness.Critical } when color => Red,
        { Staleness: Staleness.Stale } when color => Yellow,
        _ => "",
    };
}
