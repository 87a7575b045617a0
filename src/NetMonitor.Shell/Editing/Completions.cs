namespace NetMonitor.Shell.Editing;

/// <summary>What may stand in place of <see cref="Length"/> characters of the text from <see cref="Start"/> on.</summary>
internal sealed record Completions(int Start, int Length, IReadOnlyList<CompletionChoice> Choices)
{
    public static readonly Completions None = new(0, 0, []);
}

/// <param name="Text">What is inserted.</param>
/// <param name="Label">What the list shows.</param>
internal sealed record CompletionChoice(string Text, string Label);

/// <summary>
/// Goes round the completions of one place: the first Tab inserts the first one (or what all have in common, if that is more than was typed),
/// the next show the list and step through it.
/// </summary>
internal sealed class CompletionCycle
{
    /// <summary>Rows of the list; more choices than fit end in a count.</summary>
    private const int MaxRows = 8;

    private const int ColumnGap = 2;

    private readonly Completions _completions;
    private int _selected = -1;
    private int _length;

    private CompletionCycle(Completions completions)
    {
        _completions = completions;
        _length = completions.Length;
    }

    /// <summary>Completes at the cursor. Null when nothing can stand there or the only choice has been inserted.</summary>
    public static CompletionCycle? Start(Completions completions, EditBuffer buffer, bool backward)
    {
        if (completions.Choices.Count == 0)
        {
            return null;
        }
        var cycle = new CompletionCycle(completions);
        string common = cycle.CommonStart();
        string typed = buffer.Text.Substring(completions.Start, completions.Length);
        if (completions.Choices.Count > 1 && common.Length > typed.Length && common.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
        {
            cycle.Put(buffer, common);
        }
        else
        {
            cycle.Step(buffer, backward);
        }
        return completions.Choices.Count > 1 ? cycle : null;
    }

    public void Step(EditBuffer buffer, bool backward)
    {
        int count = _completions.Choices.Count;
        _selected = backward ? (_selected <= 0 ? count : _selected) - 1 : (_selected + 1) % count;
        Put(buffer, _completions.Choices[_selected].Text);
    }

    /// <summary>The choices in columns, the selected one in brackets.</summary>
    public IReadOnlyList<string> List(int width)
    {
        int cell = Math.Min(_completions.Choices.Max(c => CellWidth.Of(c.Label)) + 2 + ColumnGap, width);
        int columns = Math.Max(width / cell, 1);
        int rows = (_completions.Choices.Count + columns - 1) / columns;
        int firstRow = Math.Clamp(_selected / columns - MaxRows + 1, 0, Math.Max(rows - MaxRows, 0));
        var lines = new List<string>();
        for (int row = firstRow; row < Math.Min(rows, firstRow + MaxRows); row++)
        {
            lines.Add(string.Concat(Enumerable.Range(row * columns, columns)
                .Where(i => i < _completions.Choices.Count)
                .Select(i => Cell(i, cell))).TrimEnd());
        }
        if (rows > MaxRows)
        {
            lines.Add($"({_completions.Choices.Count} choices)");
        }
        return lines;
    }

    private string Cell(int index, int width)
    {
        string label = _completions.Choices[index].Label;
        string text = index == _selected ? $"[{label}]" : $" {label} ";
        return text + new string(' ', Math.Max(width - CellWidth.Of(text), 0));
    }

    private string CommonStart()
    {
        string common = _completions.Choices[0].Text;
        foreach (CompletionChoice choice in _completions.Choices)
        {
            int same = 0;
            while (same < common.Length && same < choice.Text.Length
                && char.ToUpperInvariant(common[same]) == char.ToUpperInvariant(choice.Text[same]))
            {
                same++;
            }
            common = common[..same];
        }
        return common;
    }

    private void Put(EditBuffer buffer, string text)
    {
        buffer.Replace(_completions.Start, _length, text);
        _length = text.Length;
    }
}
