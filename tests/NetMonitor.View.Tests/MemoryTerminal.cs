using System.Globalization;
using System.Text;

namespace NetMonitor.View.Tests;

/// <summary>
/// A terminal in memory: understands the control sequences the view writes (and fails on others), and plays a script of keys. Where the
/// script has nothing to type, the clock moves on by the time the view would have waited.
/// </summary>
internal sealed class MemoryTerminal(int width, int height, ManualClock clock) : ITerminal
{
    private readonly Queue<Action> _script = new();
    private ConsoleKeyInfo? _key;
    private char[,] _cells = Blank(width, height);
    private string[,] _styles = Plain(width, height);
    private int _row;
    private int _column;
    private string _style = "";

    public int Width { get; private set; } = width;

    public int Height { get; private set; } = height;

    public bool Entered { get; private set; }

    public int Left { get; private set; }

    public List<string> Writes { get; } = [];

    public MemoryTerminal Type(char key) => Then(() => _key = new ConsoleKeyInfo(key, ConsoleKey.None, false, false, false));

    public MemoryTerminal Press(ConsoleKey key, bool control = false) =>
        Then(() => _key = new ConsoleKeyInfo(control ? (char)(key - ConsoleKey.A + 1) : '\0', key, false, false, control));

    public MemoryTerminal Resize(int toWidth, int toHeight) => Then(() =>
    {
        (Width, Height) = (toWidth, toHeight);
        (_cells, _styles) = (Blank(toWidth, toHeight), Plain(toWidth, toHeight));
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

    public ConsoleKeyInfo? ReadKey(TimeSpan wait, CancellationToken cancellation)
    {
        _key = null;
        if (_script.TryDequeue(out Action? next))
        {
            next();
        }
        else
        {
            clock.Advance(wait);
        }

        return _key;
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

    public string StyleAt(int row, int column) => _styles[row, column];

    public void Write(string text)
    {
        Writes.Add(text);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\e')
            {
                Assert.False(char.IsControl(text[i]), $"control character {(int)text[i]:x2}");
                Assert.True(_column < Width, $"a line wider than the terminal: {Line(_row)}");
                _cells[_row, _column] = text[i];
                _styles[_row, _column] = _style;
                _column++;
                continue;
            }

            int last = i + 2;
            while (text[last] is < '@' or > '~')
            {
                last++;
            }

            Obey(text[(i + 2)..last], text[last]);
            i = last;
        }
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
                break;
            case 'K':
                for (int column = _column; column < Width; column++)
                {
                    _cells[_row, column] = ' ';
                }

                break;
            case 'J' when parameters == "2":
                (_cells, _styles) = (Blank(Width, Height), Plain(Width, Height));
                break;
            case 'm':
                _style = parameters is "0" ? "" : parameters;
                break;
            case 'h' or 'l' when parameters == "?2026":
                break;
            default:
                Assert.Fail($"unexpected control sequence: {parameters}{final}");
                break;
        }
    }

    private static char[,] Blank(int width, int height)
    {
        var cells = new char[height, width];
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                cells[row, column] = ' ';
            }
        }

        return cells;
    }

    private static string[,] Plain(int width, int height)
    {
        var styles = new string[height, width];
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                styles[row, column] = "";
            }
        }

        return styles;
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
