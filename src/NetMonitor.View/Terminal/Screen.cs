using System.Text;
using static NetMonitor.View.ControlSequences;

namespace NetMonitor.View;

/// <summary>Draws frames by writing only the lines that changed, as one synchronized update: no flicker, and little to send over a slow link.</summary>
internal sealed class Screen(ITerminal terminal)
{
    private readonly StringBuilder _update = new();
    private string?[] _drawn = [];
    private int _width;

    /// <summary>Draws the lines of a whole frame; a terminal of another size than before is drawn anew.</summary>
    /// <param name="lines">At most as many as the terminal has, each no wider than it.</param>
    /// <param name="width">The width they were made for.</param>
    /// <param name="height">The height they were made for.</param>
    public void Draw(IReadOnlyList<string> lines, int width, int height)
    {
        _update.Clear();
        if (width != _width || height != _drawn.Length)
        {
            _update.Append(ClearScreen);
            _drawn = new string?[height];
            _width = width;
        }

        for (int i = 0; i < height; i++)
        {
            string line = i < lines.Count ? lines[i] : "";
            if (_drawn[i] != line)
            {
                // Erased first: after a line of full width the cursor may stand on its last cell, and erasing would take that.
                _update.Append(MoveToLine(i)).Append(ResetStyle).Append(ClearToEndOfLine).Append(line).Append(ResetStyle);
                _drawn[i] = line;
            }
        }

        if (_update.Length > 0)
        {
            terminal.Write(_update.Insert(0, BeginSynchronizedUpdate).Append(EndSynchronizedUpdate).ToString());
        }
    }
}
