namespace NetMonitor.Inspection;

/// <summary>The rows of <see cref="ProtocolTable"/> that a direction may still be: a bit each.</summary>
internal struct Candidates
{
    /// <summary>Rows it has room for.</summary>
    public const int Capacity = 128;

    private UInt128 _bits;

    /// <summary>True when none is left.</summary>
    public readonly bool IsEmpty => _bits == UInt128.Zero;

    /// <summary>The first row left, in table order.</summary>
    public readonly int First => (int)UInt128.TrailingZeroCount(_bits);

    /// <summary>Rules a row out.</summary>
    public void Remove(int row) => _bits &= ~(UInt128.One << row);

    /// <summary>The rows for which <paramref name="condition"/> holds.</summary>
    public static Candidates Of(IReadOnlyList<ProtocolRow> rows, Func<ProtocolRow, bool> condition)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, Capacity);
        Candidates result = default;
        for (int i = 0; i < rows.Count; i++)
        {
            if (condition(rows[i]))
            {
                result._bits |= UInt128.One << i;
            }
        }

        return result;
    }
}
