using System.Diagnostics;

namespace NetMonitor.Flows;

/// <summary>
/// When to look at which flow next: a wheel of lists, a turn of it about nine minutes, one wheel for each <see cref="FlowRank"/>. A flow is in
/// exactly one list. It is looked at no later than it can time out; when packets came meanwhile it is put further on, so that a packet costs
/// nothing here. The same lists say which flow is nearest to its end when room is needed. All is O(1), or a walk over lists that are empty.
/// </summary>
internal sealed class FlowTimers
{
    private const int TickBits = 30; // 1.07 s
    private const int Slots = 512;
    private const int Overdue = Slots; // the list of those whose time has come
    private const int Lists = Slots + 1;
    private const int Ranks = 3;

    private readonly FlowTable _table;
    private readonly int[] _next = new int[Ranks * Lists];      // The lists' heads: nodes with negative numbers.
    private readonly int[] _previous = new int[Ranks * Lists];
    private readonly int[] _count = new int[Ranks];
    private long _tick;
    private long _nearest; // the tick of the list that Nearest found something in

    public FlowTimers(FlowTable table)
    {
        _table = table;
        Clear();
    }

    /// <summary>How many flows have a rank.</summary>
    public int Count(FlowRank rank) => _count[(int)rank];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_count);
        for (int i = 0; i < _next.Length; i++)
        {
            _next[i] = _previous[i] = Head(i);
        }
    }

    /// <summary>Puts a new flow into its list.</summary>
    /// <param name="number">The flow.</param>
    /// <param name="rank">How much it matters.</param>
    /// <param name="due">When to look at it, nanoseconds since 1970.</param>
    public void Add(int number, FlowRank rank, long due)
    {
        _table.Side(number).Rank = rank;
        _count[(int)rank]++;
        Link(number, ListOf(rank, due));
    }

    /// <summary>Puts a flow into another list.</summary>
    public void Move(int number, FlowRank rank, long due)
    {
        Remove(number);
        Add(number, rank, due);
    }

    public void Remove(int number)
    {
        ref FlowSide side = ref _table.Side(number);
        _count[(int)side.Rank]--;
        Next(side.Previous) = side.Next;
        Previous(side.Next) = side.Previous;
    }

    /// <summary>Moves the clock: what is due by then is overdue.</summary>
    public void Advance(long now)
    {
        long tick = now >> TickBits;
        if (tick <= _tick)
        {
            return;
        }

        for (long passed = Math.Max(_tick, tick - Slots); passed < tick; passed++)
        {
            for (int rank = 0; rank < Ranks; rank++)
            {
                Splice((rank * Lists) + (int)(passed % Slots), (rank * Lists) + Overdue);
            }
        }

        _tick = tick;
    }

    /// <summary>The flows that must be looked at now. Each must be moved or removed.</summary>
    public void TakeDue(long now, List<int> due)
    {
        Advance(now);
        for (int rank = 0; rank < Ranks; rank++)
        {
            Collect((rank * Lists) + Overdue, due);
            Collect((rank * Lists) + (int)(_tick % Slots), due);
        }
    }

    /// <summary>The flow of a rank that is nearest to its time, or <see cref="FlowTable.None"/>.</summary>
    /// <param name="rank">Of which rank.</param>
    /// <param name="other">Another one than this.</param>
    public int Nearest(FlowRank rank, int other = FlowTable.None)
    {
        if (Count(rank) > 0)
        {
            int first = (int)rank * Lists;
            for (int i = -1; i < Slots; i++)
            {
                int list = first + (i < 0 ? Overdue : (int)((_tick + i) % Slots));
                for (int number = _next[list]; number >= 0; number = _table.Side(number).Next)
                {
                    if (number != other)
                    {
                        _nearest = _tick + i;
                        return number;
                    }
                }
            }
        }

        return FlowTable.None;
    }

    /// <summary>True when a flow found by <see cref="Nearest"/> belongs into a later list than it was found in.</summary>
    /// <param name="due">When to look at it, as is known now.</param>
    public bool IsPostponed(long due) => Math.Min(due >> TickBits, _tick + Slots - 1) > _nearest;

    private static int Head(int list) => -1 - list;

    private int ListOf(FlowRank rank, long due)
    {
        long tick = Math.Clamp(due >> TickBits, _tick, _tick + Slots - 1);
        return ((int)rank * Lists) + (int)(tick % Slots);
    }

    private ref int Next(int node)
    {
        if (node < 0)
        {
            return ref _next[-1 - node];
        }

        return ref _table.Side(node).Next;
    }

    private ref int Previous(int node)
    {
        if (node < 0)
        {
            return ref _previous[-1 - node];
        }

        return ref _table.Side(node).Previous;
    }

    /// <summary>To the end of a list.</summary>
    private void Link(int number, int list)
    {
        ref FlowSide side = ref _table.Side(number);
        side.Next = Head(list);
        side.Previous = _previous[list];
        Next(side.Previous) = number;
        _previous[list] = number;
    }

    /// <summary>Hangs one list behind another.</summary>
    private void Splice(int from, int to)
    {
        if (_next[from] < 0)
        {
            return;
        }

        int first = _next[from];
        int last = _previous[from];
        Next(_previous[to]) = first;
        Previous(first) = _previous[to];
        Next(last) = Head(to);
        _previous[to] = last;
        _next[from] = _previous[from] = Head(from);
    }

    private void Collect(int list, List<int> due)
    {
        for (int number = _next[list]; number >= 0; number = _table.Side(number).Next)
        {
            Debug.Assert(_table.IsUsed(number));
            due.Add(number);
        }
    }
}
