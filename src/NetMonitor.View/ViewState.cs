namespace NetMonitor.View;

/// <summary>What the user looks at: the last snapshot, its order, and how far down.</summary>
internal sealed class ViewState
{
    private LiveSnapshot? _snapshot;
    private int _order;

    /// <summary>The last snapshot, or null before the first.</summary>
    public LiveSnapshot? Snapshot
    {
        get => _snapshot;
        set
        {
            _snapshot = value;
            Sort();
        }
    }

    /// <summary>The rows in their order.</summary>
    public NetConnection[] Rows { get; private set; } = [];

    /// <summary>The order.</summary>
    public SortOrder Order => SortOrder.All[_order];

    /// <summary>The first row on the screen.</summary>
    public int Top { get; private set; }

    /// <summary>Rows that fit on the screen, as last drawn.</summary>
    public int PageSize { get; private set; } = 1;

    /// <summary>The next order, from the top.</summary>
    public void NextOrder()
    {
        _order = (_order + 1) % SortOrder.All.Count;
        Top = 0;
        Sort();
    }

    /// <summary>Moves down (or up) by rows, as far as there are any.</summary>
    public void Scroll(long rows) => Top = (int)Math.Clamp(Top + rows, 0, Math.Max(0, Rows.Length - PageSize));

    /// <summary>Says how many rows fit; keeps the last page full.</summary>
    public void SetPageSize(int rows)
    {
        PageSize = Math.Max(1, rows);
        Scroll(0);
    }

    private void Sort() => Rows = _snapshot is null ? [] : Order.Sort(_snapshot.Connections);
}
