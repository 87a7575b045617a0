using System.Globalization;
using System.Text;

namespace NetMonitor.Shell.Editing;

/// <summary>
/// Draws prompt, text and a list below it, from the row where the prompt began. Lines are broken here and not by the terminal, whose ways
/// with a full last column differ.
/// </summary>
internal sealed class EditorScreen(ITerminal terminal)
{
    public const string ContinuationPrompt = ">> ";

    private const string EraseBelow = "\e[J";

    /// <summary>Rows between the first row we drew and the cursor.</summary>
    private int _cursorRow;

    /// <summary>The next drawing begins where the cursor is.</summary>
    public void Begin() => _cursorRow = 0;

    public void Draw(string prompt, string text, int cursor, IReadOnlyList<string> below)
    {
        Layout layout = Lay(prompt, text, cursor);
        layout.Rows.AddRange(below.Select(line => CellWidth.Truncate(line, terminal.Width)));

        // More rows than the window has: show the part with the cursor.
        int height = terminal.Height;
        int first = Math.Clamp(layout.CursorRow - height + 1, 0, Math.Max(layout.Rows.Count - 1, 0));
        int count = Math.Min(layout.Rows.Count - first, height);

        var output = new StringBuilder();
        MoveUp(output, _cursorRow);
        output.Append('\r').Append(EraseBelow);
        output.AppendJoin("\r\n", layout.Rows.Skip(first).Take(count));
        _cursorRow = layout.CursorRow - first;
        MoveUp(output, count - 1 - _cursorRow);
        output.Append('\r');
        if (layout.CursorColumn > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"\e[{layout.CursorColumn}C");
        }
        terminal.Write(output.ToString());
    }

    /// <summary>Leaves the finished text on the screen and goes to the row below it.</summary>
    public void Finish(string prompt, string text, string mark = "")
    {
        Draw(prompt, text, text.Length, []);
        terminal.Write(mark + "\r\n");
        Begin();
    }

    /// <summary>Clears the window; the next drawing begins at its top.</summary>
    public void Clear()
    {
        terminal.Write("\e[H\e[2J");
        Begin();
    }

    private static void MoveUp(StringBuilder output, int rows)
    {
        if (rows > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"\e[{rows}A");
        }
    }

    private Layout Lay(string prompt, string text, int cursor)
    {
        int width = terminal.Width;
        var rows = new List<string>();
        var row = new StringBuilder(prompt);
        int column = CellWidth.Of(prompt);
        (int Row, int Column) at = (0, 0);
        int index = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int cells = CellWidth.Of(rune);
            if (column + cells > width)
            {
                NextRow("");
            }
            if (index == cursor)
            {
                at = (rows.Count, column);
            }
            index += rune.Utf16SequenceLength;
            if (rune.Value == '\n')
            {
                NextRow(ContinuationPrompt);
            }
            else if (!Rune.IsControl(rune))
            {
                row.Append(rune);
                column += cells;
            }
        }
        if (cursor >= text.Length)
        {
            if (column >= width)
            {
                NextRow("");
            }
            at = (rows.Count, column);
        }
        rows.Add(row.ToString());
        // On a newline at the end of a full row the cursor would stand behind the last column.
        return new Layout(rows, at.Row, Math.Min(at.Column, width - 1));

        void NextRow(string start)
        {
            rows.Add(row.ToString());
            row.Clear().Append(start);
            column = start.Length;
        }
    }

    private sealed record Layout(List<string> Rows, int CursorRow, int CursorColumn);
}
