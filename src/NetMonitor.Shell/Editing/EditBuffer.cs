namespace NetMonitor.Shell.Editing;

/// <summary>The text being typed, with its cursor (an index into the text, never inside a surrogate pair). Knows nothing of the screen.</summary>
internal sealed class EditBuffer
{
    private string _killed = "";

    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    public void Set(string text) => Set(text, text.Length);

    public void Set(string text, int cursor)
    {
        Text = text;
        Cursor = cursor;
    }

    public void Insert(string text) => Set(Text.Insert(Cursor, text), Cursor + text.Length);

    public void Replace(int start, int length, string text) => Set(Text.Remove(start, length).Insert(start, text), start + text.Length);

    public void MoveLeft() => Cursor = Before(Cursor);

    public void MoveRight() => Cursor = After(Cursor);

    public void MoveWordLeft() => Cursor = WordStart(Cursor, IsWordCharacter);

    public void MoveWordRight() => Cursor = WordEnd(Cursor);

    public void MoveHome() => Cursor = LineStart(Cursor);

    public void MoveEnd() => Cursor = LineEnd(Cursor);

    /// <summary>To the same column of the line above. False on the first line.</summary>
    public bool TryMoveUp()
    {
        int start = LineStart(Cursor);
        if (start == 0)
        {
            return false;
        }
        int above = LineStart(start - 1);
        Cursor = Math.Min(above + (Cursor - start), start - 1);
        return true;
    }

    /// <summary>To the same column of the line below. False on the last line.</summary>
    public bool TryMoveDown()
    {
        int end = LineEnd(Cursor);
        if (end == Text.Length)
        {
            return false;
        }
        Cursor = Math.Min(end + 1 + (Cursor - LineStart(Cursor)), LineEnd(end + 1));
        return true;
    }

    public void DeleteLeft() => Remove(Before(Cursor), Cursor);

    public void DeleteRight() => Remove(Cursor, After(Cursor));

    public void KillToEnd() => Kill(Cursor, LineEnd(Cursor));

    public void KillToStart() => Kill(LineStart(Cursor), Cursor);

    /// <summary>Back to the blank before the cursor, as Ctrl+W of every Unix line editor.</summary>
    public void KillBlankDelimitedWord() => Kill(WordStart(Cursor, c => !char.IsWhiteSpace(c)), Cursor);

    public void KillWordLeft() => Kill(WordStart(Cursor, IsWordCharacter), Cursor);

    public void KillWordRight() => Kill(Cursor, WordEnd(Cursor));

    /// <summary>Inserts what was last killed.</summary>
    public void Yank() => Insert(_killed);

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);

    private int LineStart(int at) => at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;

    private int LineEnd(int at) => Text.IndexOf('\n', at) is var end and >= 0 ? end : Text.Length;

    private int Before(int at) => at == 0 ? 0 : at > 1 && char.IsSurrogatePair(Text[at - 2], Text[at - 1]) ? at - 2 : at - 1;

    private int After(int at) =>
        at == Text.Length ? at : at + 1 < Text.Length && char.IsSurrogatePair(Text[at], Text[at + 1]) ? at + 2 : at + 1;

    private int WordStart(int at, Func<char, bool> inWord)
    {
        while (at > 0 && !inWord(Text[at - 1]))
        {
            at--;
        }
        while (at > 0 && inWord(Text[at - 1]))
        {
            at--;
        }
        return at;
    }

    private int WordEnd(int at)
    {
        while (at < Text.Length && !IsWordCharacter(Text[at]))
        {
            at++;
        }
        while (at < Text.Length && IsWordCharacter(Text[at]))
        {
            at++;
        }
        return at;
    }

    private void Kill(int from, int to)
    {
        if (to > from)
        {
            _killed = Text[from..to];
            Remove(from, to);
        }
    }

    private void Remove(int from, int to) => Set(Text.Remove(from, to - from), from);
}
