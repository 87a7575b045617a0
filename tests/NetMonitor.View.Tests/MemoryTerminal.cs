using System.Globalization;
using System.Text;

namespace NetMonitor.View.Tests;

/// <summary>
/// A terminal in memory: understands the control sequences the view writes (and fails on others), and plays a script of input. Where the
/// script has nothing to type, the clock moves on by the time the view would have waited.
/// </summary>
internal sealed class MemoryTerminal(int width, int height, ManualClock clock) : ITerminal
{
    private readonly Queue<Action> _script = new();
    private TerminalInput? _input;
    private string[,] _cells = Filled(width, height, " ");
    private string[,] _styles = Filled(width, height, "");
    private int _row;
    private int _column;
    private string _style = "";

    public int Width { get; private set; } = width;

    public int Height { get; private set; } = height;

    public bool Entered { get; private set; }

    public int Left { get; private set; }

    public int Suspended { get; private set; }

    public bool CursorShown { get; private set; }

    public (int X, int Y) Cursor => (_column, _row);

    public List<string> Writes { get; } = [];

    /// <summary>What was put on the clipboard last.</summary>
    public string? Clipboard { get; private set; }

    /// <summary>True when a write is to fail as that of a terminal that is gone.</summary>
    public bool Gone { get; set; }

    /// <summary>Types characters, or presses keys by their names ("Down", "Ctrl+B").</summary>
    public MemoryTerminal Press(params string[] keys)
    {
        foreach (string key in keys)
        {
            Then(() => _input = new KeyPress(key, key.Length == 1 ? key : key == "Space" ? " " : null));
        }

        return this;
    }

    public MemoryTerminal Type(string text) => Press([.. text.Select(c => c == ' ' ? "Space" : c.ToString())]);

    public MemoryTerminal Send(Func<TerminalInput> input) => Then(() => _input = input());

    public MemoryTerminal Click(int x, int y) => Send(() => new MouseInput(MouseAction.Press, x, y));

    public MemoryTerminal Resize(int toWidth, int toHeight) => Then(() =>
    {
        (Width, Height) = (toWidth, toHeight);
        (_cells, _styles) = (Filled(toWidth, toHeight, " "), Filled(toWidth, toHeight, ""));
    });

    /// <summary>Does something, a look at the screen for example, when the view asks for the next key.</summary>
    public MemoryTerminal Then(Action action)
    {
        _script.Enqueue(action);
        return this;
    }

    public void Enter() => Entered = true;

    public void Leave()
    {
        Entered = false;
        Left++;
    }

    public void Suspend() => Suspended++;

    public void Wake()
    {
    }

    public TerminalInput? Read(TimeSpan wait, CancellationToken cancellation)
    {
        _input = null;
        if (wait == TimeSpan.Zero)
        {
            return null; // A frame after each key.
        }

        if (_script.TryDequeue(out Action? next))
        {
            next();
        }
        else
        {
            clock.Advance(wait);
        }

        return _input;
    }

    /// <summary>What a person sees on a line.</summary>
    public string Line(int row)
    {
        var text = new StringBuilder();
        for (int column = 0; column < Width; column++)
        {
            text.Append(_cells[row, column]);
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>What a person sees.</summary>
    public string Frame() => string.Join('\n', Enumerable.Range(0, Height).Select(Line)) + "\n";

    public string StyleAt(int row, int column) => _styles[row, column];

    public void Write(string text)
    {
        if (Gone)
        {
            throw new IOException("gone");
        }

        Writes.Add(text);
        for (int i = 0; i < text.Length;)
        {
            if (text[i] != '\e')
            {
                int length = StringInfo.GetNextTextElementLength(text, i);
                Put(text.Substring(i, length));
                i += length;
                continue;
            }

            if (text[i + 1] == ']')
            {
                int end = text.IndexOf('\a', i);
                Assert.StartsWith("52;c;", text[(i + 2)..end]);
                Clipboard = Encoding.UTF8.GetString(Convert.FromBase64String(text[(i + 7)..end]));
                i = end + 1;
                continue;
            }

            int last = i + 2;
            while (text[last] is < '@' or > '~')
            {
                last++;
            }

            Obey(text[(i + 2)..last], text[last]);
            i = last + 1;
        }
    }

    private void Put(string element)
    {
        Assert.False(char.IsControl(element[0]), $"control character {(int)element[0]:x2}");
        int cells = CellWidth.Of(element);
        Assert.True(_column + cells <= Width, $"a line wider than the terminal: {Line(_row)}");
        _cells[_row, _column] = element;
        _styles[_row, _column] = _style;
        if (cells == 2)
        {
            _cells[_row, _column + 1] = "";
        }

        _column += cells;
    }

    private void Obey(string parameters, char final)
    {
        switch (final)
        {
            case 'H':
                string[] place = parameters.Split(';');
                _row = int.Parse(place[0], CultureInfo.InvariantCulture) - 1;
                _column = int.Parse(place[1], CultureInfo.InvariantCulture) - 1;
                Assert.InRange(_row, 0, Height - 1);
                Assert.InRange(_column, 0, Width - 1);
                break;
            case 'J' when parameters == "2":
                (_cells, _styles) = (Filled(Width, Height, " "), Filled(Width, Height, ""));
                break;
            case 'm':
                _style = parameters.StartsWith("0;", StringComparison.Ordinal) ? parameters[2..] : parameters is "0" ? "" : parameters;
                break;
            case 'h' or 'l' when parameters == "?2026":
                break;
            case 'h' or 'l' when parameters == "?25":
                CursorShown = final == 'h';
                break;
            default:
                Assert.Fail($"unexpected control sequence: {parameters}{final}");
                break;
        }
    }

    private static string[,] Filled(int width, int height, string with)
    {
        var cells = new string[height, width];
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                cells[row, column] = with;
            }
        }

        return cells;
    }
}

/// <summary>Time that passes only when told to.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan time) => _ticks += time.Ticks;
}
