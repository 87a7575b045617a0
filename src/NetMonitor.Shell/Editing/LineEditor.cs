namespace NetMonitor.Shell.Editing;

/// <summary>How the editing of one input ended.</summary>
internal enum LineEnd
{
    /// <summary>Enter on a complete input.</summary>
    Accepted,

    /// <summary>Ctrl+C: the text is dropped.</summary>
    Canceled,

    /// <summary>Ctrl+D on an empty line.</summary>
    EndOfInput,
}

/// <summary>Reads one input with the keys that Unix shells and PSReadLine share. Each key is a row of one table.</summary>
internal sealed class LineEditor
{
    private const ConsoleModifiers None = 0;
    private const ConsoleModifiers Ctrl = ConsoleModifiers.Control;
    private const ConsoleModifiers Alt = ConsoleModifiers.Alt;

    private readonly ITerminal _terminal;
    private readonly History _history;
    private readonly Func<string, int, Completions> _complete;
    private readonly Func<string, bool> _isIncomplete;
    private readonly EditorScreen _screen;
    private readonly Dictionary<(ConsoleKey Key, ConsoleModifiers Modifiers), Action> _keys;

    private EditBuffer _buffer = new();
    private string _prompt = "";
    private LineEnd? _end;
    private CompletionCycle? _cycle;
    private IReadOnlyList<string> _below = [];

    /// <summary>Where Up and Down stand in the history, and what was typed before the first of them; null when they were not pressed.</summary>
    private (int Index, string Typed)? _recall;

    /// <param name="terminal">Where keys come from and the text is drawn.</param>
    /// <param name="history">What Up, Down and Ctrl+R look through. Accepted lines are not added here.</param>
    /// <param name="complete">The completions of a text at a cursor.</param>
    /// <param name="isIncomplete">Whether Enter has to begin another line instead of accepting the text.</param>
    public LineEditor(ITerminal terminal, History history, Func<string, int, Completions> complete, Func<string, bool> isIncomplete)
    {
        _terminal = terminal;
        _history = history;
        _complete = complete;
        _isIncomplete = isIncomplete;
        _screen = new EditorScreen(terminal);
        _keys = KeyTable();
    }

    /// <summary>Shows the prompt and edits until the input ends. The text is empty unless it was accepted.</summary>
    public (LineEnd End, string Text) Read(string prompt)
    {
        // Only the last line of a prompt is redrawn.
        int lastLine = prompt.LastIndexOf('\n') + 1;
        _terminal.Write(prompt[..lastLine]);
        _prompt = prompt[lastLine..];
        _buffer = new EditBuffer();
        (_end, _cycle, _recall, _below) = (null, null, null, []);
        _screen.Begin();
        while (true)
        {
            if (!_terminal.KeyAvailable)
            {
                _screen.Draw(_prompt, _buffer.Text, _buffer.Cursor, _below);
            }
            Press(_terminal.ReadKey());
            if (_end is { } end)
            {
                _screen.Finish(_prompt, _buffer.Text, end == LineEnd.Canceled ? "^C" : "");
                return (end, end == LineEnd.Accepted ? _buffer.Text : "");
            }
        }
    }

    private Dictionary<(ConsoleKey Key, ConsoleModifiers Modifiers), Action> KeyTable() => new()
    {
        [(ConsoleKey.Enter, None)] = Enter,
        [(ConsoleKey.J, Ctrl)] = Enter,                            // a line feed, as pasted text has it
        [(ConsoleKey.M, Ctrl)] = Enter,
        [(ConsoleKey.Enter, ConsoleModifiers.Shift)] = () => _buffer.Insert("\n"),
        [(ConsoleKey.Enter, Alt)] = () => _buffer.Insert("\n"),
        [(ConsoleKey.C, Ctrl)] = () => _end = LineEnd.Canceled,
        [(ConsoleKey.D, Ctrl)] = DeleteOrEnd,
        [(ConsoleKey.L, Ctrl)] = _screen.Clear,
        [(ConsoleKey.Escape, None)] = () => _buffer.Set(""),

        [(ConsoleKey.LeftArrow, None)] = () => _buffer.MoveLeft(),
        [(ConsoleKey.B, Ctrl)] = () => _buffer.MoveLeft(),
        [(ConsoleKey.RightArrow, None)] = () => _buffer.MoveRight(),
        [(ConsoleKey.F, Ctrl)] = () => _buffer.MoveRight(),
        [(ConsoleKey.LeftArrow, Ctrl)] = () => _buffer.MoveWordLeft(),
        [(ConsoleKey.LeftArrow, Alt)] = () => _buffer.MoveWordLeft(),
        [(ConsoleKey.B, Alt)] = () => _buffer.MoveWordLeft(),
        [(ConsoleKey.RightArrow, Ctrl)] = () => _buffer.MoveWordRight(),
        [(ConsoleKey.RightArrow, Alt)] = () => _buffer.MoveWordRight(),
        [(ConsoleKey.F, Alt)] = () => _buffer.MoveWordRight(),
        [(ConsoleKey.Home, None)] = () => _buffer.MoveHome(),
        [(ConsoleKey.A, Ctrl)] = () => _buffer.MoveHome(),
        [(ConsoleKey.End, None)] = () => _buffer.MoveEnd(),
        [(ConsoleKey.E, Ctrl)] = () => _buffer.MoveEnd(),

        [(ConsoleKey.Backspace, None)] = () => _buffer.DeleteLeft(),
        [(ConsoleKey.H, Ctrl)] = () => _buffer.DeleteLeft(),
        [(ConsoleKey.Delete, None)] = () => _buffer.DeleteRight(),
        [(ConsoleKey.K, Ctrl)] = () => _buffer.KillToEnd(),
        [(ConsoleKey.U, Ctrl)] = () => _buffer.KillToStart(),
        [(ConsoleKey.W, Ctrl)] = () => _buffer.KillBlankDelimitedWord(),
        [(ConsoleKey.Backspace, Ctrl)] = () => _buffer.KillWordLeft(),
        [(ConsoleKey.Backspace, Alt)] = () => _buffer.KillWordLeft(),
        [(ConsoleKey.D, Alt)] = () => _buffer.KillWordRight(),
        [(ConsoleKey.Y, Ctrl)] = () => _buffer.Yank(),

        [(ConsoleKey.UpArrow, None)] = Up,
        [(ConsoleKey.P, Ctrl)] = Up,
        [(ConsoleKey.DownArrow, None)] = Down,
        [(ConsoleKey.N, Ctrl)] = Down,
        [(ConsoleKey.R, Ctrl)] = SearchBack,
        [(ConsoleKey.Tab, None)] = () => Complete(backward: false),
        [(ConsoleKey.Tab, ConsoleModifiers.Shift)] = () => Complete(backward: true),
    };

    private void Press(ConsoleKeyInfo key)
    {
        // Any key but Tab ends going round the completions; any but Up and Down ends the walk through history.
        if (key.Key != ConsoleKey.Tab)
        {
            (_cycle, _below) = (null, []);
        }
        (int Index, string Typed)? recall = _recall;
        _recall = null;
        if (IsText(key))
        {
            _buffer.Insert(key.KeyChar.ToString());
        }
        else if (_keys.TryGetValue((key.Key, key.Modifiers), out Action? act))
        {
            _recall = act == (Action)Up || act == (Action)Down ? recall : null;
            act();
        }
    }

    /// <summary>A character to insert. AltGr arrives as Ctrl+Alt on Windows, so only one of them alone makes a command.</summary>
    private static bool IsText(ConsoleKeyInfo key) =>
        !char.IsControl(key.KeyChar) && (key.Modifiers & (Ctrl | Alt)) is (None or (Ctrl | Alt));

    private void Enter()
    {
        if (_isIncomplete(_buffer.Text))
        {
            _buffer.Insert("\n");
        }
        else
        {
            _end = LineEnd.Accepted;
        }
    }

    private void DeleteOrEnd()
    {
        if (_buffer.Text.Length == 0)
        {
            _end = LineEnd.EndOfInput;
        }
        else
        {
            _buffer.DeleteRight();
        }
    }

    private void Up()
    {
        if (_recall is not null || !_buffer.TryMoveUp())
        {
            Recall(step: -1);
        }
    }

    private void Down()
    {
        if (_recall is not null || !_buffer.TryMoveDown())
        {
            Recall(step: 1);
        }
    }

    /// <summary>The next line of the history, in one direction, that starts with what was typed. After the newest comes what was typed.</summary>
    private void Recall(int step)
    {
        (int index, string typed) = _recall ?? (_history.Lines.Count, _buffer.Text);
        int found = _history.Find(index, step,
            line => line.StartsWith(typed, StringComparison.OrdinalIgnoreCase) && line != _buffer.Text);
        if (found >= 0)
        {
            _recall = (found, typed);
            _buffer.Set(_history.Lines[found]);
        }
        else if (step > 0)
        {
            _recall = (_history.Lines.Count, typed);
            _buffer.Set(typed);
        }
        else
        {
            _recall = (index, typed);
        }
    }

    private void Complete(bool backward)
    {
        if (_cycle is not null)
        {
            _cycle.Step(_buffer, backward);
            _below = _cycle.List(_terminal.Width);
            return;
        }
        _cycle = CompletionCycle.Start(_complete(_buffer.Text, _buffer.Cursor), _buffer, backward);
    }

    /// <summary>Ctrl+R: each character narrows the search, Ctrl+R goes further back, Ctrl+C gives up; any other key takes the line and acts.</summary>
    private void SearchBack()
    {
        string before = _buffer.Text;
        string wanted = "";
        int index = _history.Lines.Count;
        while (true)
        {
            _screen.Draw($"(search '{wanted}') ", _buffer.Text, _buffer.Cursor, []);
            ConsoleKeyInfo key = _terminal.ReadKey();
            int from;
            if (IsText(key))
            {
                wanted += key.KeyChar;
                from = Math.Min(index + 1, _history.Lines.Count);
            }
            else if (key.Key == ConsoleKey.Backspace && key.Modifiers == None)
            {
                wanted = wanted.Length > 0 ? wanted[..^1] : "";
                from = _history.Lines.Count;
            }
            else if (key is { Key: ConsoleKey.R, Modifiers: Ctrl })
            {
                from = index;
            }
            else if (key is { Key: ConsoleKey.C or ConsoleKey.G, Modifiers: Ctrl })
            {
                _buffer.Set(before);
                return;
            }
            else
            {
                Press(key);
                return;
            }
            int found = wanted.Length == 0 ? -1
                : _history.Find(from, -1, line => line.Contains(wanted, StringComparison.OrdinalIgnoreCase));
            if (found >= 0)
            {
                index = found;
                _buffer.Set(_history.Lines[found]);
            }
        }
    }
}
