using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace NetMonitor.Fuzz;

/// <summary>
/// The branches that a run took. The instrumented engine counts each pair of places that follow each other in a table of bytes, as AFL does; a count is kept
/// by its magnitude, so that a loop run twice differs from one run a hundred times.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16; // what SharpFuzz's instrumentation writes to
    private readonly byte* _table = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    public Coverage() => Trace.SharedMem = _table;

    /// <summary>Pairs of places seen so far.</summary>
    public int Branches { get; private set; }

    /// <summary>Begins a run.</summary>
    public void Clear()
    {
        new Span<byte>(_table, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the run took a branch, or a loop so often, as none before. Remembers it.</summary>
    public bool IsNew()
    {
        bool isNew = false;
        ReadOnlySpan<byte> table = new(_table, Size);
        for (int at = table.IndexOfAnyExcept((byte)0); at >= 0;)
        {
            byte magnitude = (byte)(1 << BitOperations.Log2(table[at]));
            if ((_seen[at] & magnitude) == 0)
            {
                Branches += _seen[at] == 0 ? 1 : 0;
                _seen[at] |= magnitude;
                isNew = true;
            }

            int next = table[(at + 1)..].IndexOfAnyExcept((byte)0);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return isNew;
    }
}
