using System.Numerics;

namespace NetMonitor.Inspection;

/// <summary>The rows of <see cref="ProtocolTable"/> that a direction may still be: a bit each.</summary>
internal struct Candidates
{
    /// <summary>Rows it has room for.</summary>
    public const int Capacity = 2 * WordBits;

    private const int WordBits = 64;

    // Two words, not a UInt128: what uses one is not compiled ahead of time.
    private ulong _low;
    private ulong _high;

    /// <summary>True when none is left.</summary>
    public readonly bool IsEmpty => (_low | _high) == 0;

    /// <summary>The first row left, in table order.</summary>
    public readonly int First => _low != 0 ? BitOperations.TrailingZeroCount(_low) : WordBits + BitOperations.TrailingZeroCount(_high);

    /// <summary>True when a row is left.</summary>
    public readonly bool Has(int row) => ((row < WordBits ? _low : _high) & (1ul << row)) != 0;

    /// <summary>Rules a row out.</summary>
    public void Remove(int row)
    {
        ulong bit = 1ul << row; // The shift counts modulo the bits of a word.
        if (row < WordBits)
        {
            _low &= ~bit;
        }
        else
        {
            _high &= ~bit;
        }
    }

    /// <summary>Those that are left in both.</summary>
    public readonly Candidates And(in Candidates other) => new() { _low = _low & other._low, _high = _high & other._high };

    /// <summary>The rows for which <paramref name="condition"/> holds.</summary>
    public static Candidates Of(IReadOnlyList<ProtocolRow> rows, Func<ProtocolRow, bool> condition)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, Capacity);
        Candidates result = default;
        for (int i = 0; i < rows.Count; i++)
        {
            if (condition(rows[i]))
            {
                (i < WordBits ? ref result._low : ref result._high) |= 1ul << i;
            }
        }

        return result;
    }
}
