namespace NetMonitor.View;

/// <summary>Where one is in a list: the selected line, and the first one shown.</summary>
internal sealed class ListCursor
{
    /// <summary>The selected line.</summary>
    public int Index { get; private set; }

    /// <summary>The first line shown.</summary>
    public int Top { get; private set; }

    /// <summary>Lines that fit, as last drawn.</summary>
    public int PageSize { get; private set; } = 1;

    /// <summary>Lines there are, as last drawn.</summary>
    public int Count { get; private set; }

    /// <summary>Goes up or down; the line stays in view.</summary>
    public void Move(long lines) => To(Index + lines);

    public void To(long index)
    {
        Index = (int)Math.Clamp(index, 0, Math.Max(0, Count - 1));
        Top = Math.Clamp(Top, Math.Max(0, Index - PageSize + 1), Index);
        KeepFull();
    }

    /// <summary>Turns the wheel: the lines move, and the selection only as far as it must to stay in view.</summary>
    public void Scroll(int lines)
    {
        Top = Math.Clamp(Top + lines, 0, Math.Max(0, Count - PageSize));
        Index = Math.Clamp(Index, Top, Math.Max(Top, Math.Min(Top + PageSize, Count) - 1));
    }

    /// <summary>The list is another now: the selected line is found at another index, and stays where it was on the screen.</summary>
    public void Follow(int index, int count)
    {
        int line = Index - Top;
        Count = count;
        Index = Math.Clamp(index, 0, Math.Max(0, count - 1));
        Top = Math.Max(0, Index - line);
        KeepFull();
    }

    /// <summary>Says how many lines there are and how many fit.</summary>
    public void Fit(int count, int pageSize)
    {
        PageSize = Math.Max(1, pageSize);
        Count = count;
        To(Index);
    }

    private void KeepFull() => Top = Math.Clamp(Top, 0, Math.Max(0, Count - PageSize));
}
