using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace NetMonitor.Flows;

/// <summary>
/// Zeroed memory apart from the garbage collector, for large arrays of plain values: it is never looked at by a collection and brings none about, and
/// where Linux has huge pages (transhuge: "madvise" or "always") a large block lies in them. Given back by <see cref="Free"/>, or when nobody refers to it.
/// </summary>
internal sealed unsafe partial class NativeBlock : CriticalFinalizerObject
{
    /// <summary>From this size on a block begins at a huge page.</summary>
    public const int HugePage = 1 << 21;

    /// <summary>Bytes that the processor fetches together; where a block begins.</summary>
    public const int CacheLine = 64;

    private const int AdviseHugePage = 14; // MADV_HUGEPAGE (madvise(2))

    private void* _allocated;

    /// <param name="size">Bytes.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public NativeBlock(int size)
    {
        var alignment = (nuint)(size >= HugePage ? HugePage : CacheLine);
        _allocated = NativeMemory.AllocZeroed((nuint)size + alignment);
        Start = (byte*)(((nuint)_allocated + alignment - 1) & ~(alignment - 1));
        Size = size;
        if (size >= HugePage && OperatingSystem.IsLinux())
        {
            _ = Advise(Start, (nuint)size, AdviseHugePage); // Where it is refused, small pages do.
        }
    }

    /// <summary>Frees a block that was forgotten.</summary>
    ~NativeBlock() => NativeMemory.Free(_allocated);

    /// <summary>Its first byte: the start of a cache line.</summary>
    public byte* Start { get; private set; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>Gives it back; nothing may point into it any more.</summary>
    public void Free()
    {
        GC.SuppressFinalize(this);
        NativeMemory.Free(_allocated);
        _allocated = Start = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
