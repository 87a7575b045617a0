using System.Globalization;
using System.Text;
using NetMonitor.Shell.Editing;

namespace NetMonitor.Tests.Shell;

/// <summary>A screen in memory that understands what the editor writes, and a queue of keys to press.</summary>
internal sealed class ScreenTerminal(int width = 40, int height = 10) : ITerminal
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    public int Width => width;

    public int Height => height;

    // Every key is drawn, so that each step of the editing is under test.
    public bool KeyAvailable => false;

    /// <summary>The screen when the last key was asked for.</summary>
    public string LastShown { get; private set; } = "";

    public string Screen => string.Join('\n', _rows.Select(r => r.ToString().TrimEnd())).TrimEnd('\n');

    public (int Row, int Column) Cursor => (_row, _column);

    public ScreenTerminal Type(string text)
    {
        foreach (char c in text)
        {
            _keys.Enqueue(new ConsoleKeyInfo(c, ConsoleKey.None, shift: false, alt: false, control: false));
        }
        return this;
    }

    public ScreenTerminal Press(ConsoleKey key, ConsoleModifiers modifiers = 0)
    {
        _keys.Enqueue(new ConsoleKeyInfo('\0', key, modifiers.HasFlag(ConsoleModifiers.Shift), modifiers.HasFlag(ConsoleModifiers.Alt),
            modifiers.HasFlag(ConsoleModifiers.Control)));
        return this;
    }

    public ScreenTerminal Ctrl(ConsoleKey key) => Press(key, ConsoleModifiers.Control);

    public ConsoleKeyInfo ReadKey()
    {
        LastShown = Screen;
        return _keys.Dequeue();
    }

    public void Write(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    _row++;
                    break;
                case '\e':
                    int final = i + 2;
                    while (text[final] is < '@' or > '~')
                    {
                        final++;
                    }
                    int count = int.TryParse(text.AsSpan(i + 2, final - i - 2), CultureInfo.InvariantCulture, out int n) ? n : 1;
                    Execute(text[final], count);
                    i = final;
                    break;
                default:
                    Assert.True(_column < width, "text behind the last column");
                    Row(_row).Append(' ', Math.Max(_column - Row(_row).Length, 0));
                    StringBuilder row = Row(_row);
                    if (_column < row.Length)
                    {
                        row[_column] = text[i];
                    }
                    else
                    {
                        row.Append(text[i]);
                    }
                    _column++;
                    break;
            }
        }
    }

    private void Execute(char final, int count)
    {
        switch (final)
        {
            case 'A':
                _row = Math.Max(_row - count, 0);
                break;
            case 'C':
                _column += count;
                break;
            case 'H':
                (_row, _column) = (0, 0);
                break;
            case 'J' when count == 2:
                _rows.Clear();
                break;
            case 'J':
                Row(_row).Length = Math.Min(Row(_row).Length, _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            default:
                Assert.Fail($"unexpected escape sequence {final}");
                break;
        }
    }

    private StringBuilder Row(int index)
    {
        while (_rows.Count <= index)
        {
            _rows.Add(new StringBuilder());
        }
        return _rows[index];
    }
}
