using System.Globalization;

namespace NetMonitor.View;

/// <summary>The line a filter is typed in. The last filter that could be understood stays in force while typing.</summary>
internal sealed class FilterEditor(string text)
{
    private const int MaxLength = 1_000;

    /// <summary>What was there before, to go back to.</summary>
    public string Before { get; } = text;

    public string Text { get; private set; } = text;

    /// <summary>Where the next character goes.</summary>
    public int Cursor { get; private set; } = text.Length;

    /// <summary>Takes a key that edits.</summary>
    /// <returns>False when it does not.</returns>
    public bool Take(KeyPress key)
    {
        switch (key.Name)
        {
            case "Left":
                Cursor -= Before(Cursor);
                return true;
            case "Right":
                Cursor += After(Cursor);
                return true;
            case "Home" or "Ctrl+A":
                Cursor = 0;
                return true;
            case "End" or "Ctrl+E":
                Cursor = Text.Length;
                return true;
            case "Backspace":
                int back = Before(Cursor);
                Replace(Cursor - back, back, "");
                return true;
            case "Delete":
                Replace(Cursor, After(Cursor), "");
                return true;
            case "Ctrl+U":
                Replace(0, Cursor, "");
                return true;
            case "Ctrl+W":
                int word = Text.AsSpan(0, Cursor).TrimEnd().LastIndexOf(' ') + 1;
                Replace(word, Cursor - word, "");
                return true;
            case var _ when key.Text is { } typed && Text.Length + typed.Length <= MaxLength:
                Replace(Cursor, 0, typed);
                return true;
            default:
                return false;
        }

        int Before(int at) => at == 0 ? 0 : at - StringInfo.ParseCombiningCharacters(Text[..at])[^1];
        int After(int at) => at >= Text.Length ? 0 : StringInfo.GetNextTextElementLength(Text, at);
    }

    /// <summary>Puts a text in the place of another; the cursor stands behind it.</summary>
    public void Replace(int start, int length, string by)
    {
        Text = Text.Remove(start, length).Insert(start, by);
        Cursor = start + by.Length;
    }
}
