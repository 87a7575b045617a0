using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NetMonitor.Flows;

/// <content>Fetching what packets to come will touch: the slot of the index, then what it says, then what that says. Each step looks only at what the one before has fetched.</content>
internal sealed unsafe partial class FlowTable
{
    private const int CacheLine = NativeBlock.CacheLine;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSlot(ulong hash)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_slots + SlotOf(hash));
        }
    }

    /// <summary>The entry that a hash is most likely for, or <see cref="None"/>: what the index says, before its key is looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Guess(ulong hash)
    {
        uint tag = TagOf(hash);
        for (int i = SlotOf(hash); ; i = (i + 1) & _mask)
        {
            ulong slot = _slots[i];
            if (slot == 0 || (uint)(slot >> 32) == tag)
            {
                return NumberOf(slot);
            }
        }
    }

    /// <summary>Fetches the cache lines of an entry that every packet touches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchEntry(int number, bool isTcp)
    {
        if (Sse.IsSupported && number != None)
        {
            byte* entry = (byte*)EntryAt(number);
            Sse.Prefetch0(entry);
            Sse.Prefetch0(entry + CacheLine);
            Rates.PrefetchPlace(number);
            if (isTcp && _tcp[number >> ChunkBits] != 0)
            {
                byte* track = (byte*)TrackAt(number);
                Sse.Prefetch0(track);
                Sse.Prefetch0(track + CacheLine);
                Sse.Prefetch0(track + (2 * CacheLine)); // what acknowledges a segment that is timed
            }
        }
    }

    /// <summary>Fetches what a packet that begins a new second of its flow writes down, once <see cref="PrefetchEntry"/> has come to pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchRates(int number, long time)
    {
        if (Sse.IsSupported && number != None && EntryAt(number)->Last / UnixTime.NanosecondsPerSecond != time / UnixTime.NanosecondsPerSecond)
        {
            PrefetchRates(number);
        }
    }

    /// <summary>Fetches the place of an inspection that goes on, once <see cref="PrefetchEntry"/> has come to pass; or, once that has, the inspection itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchInspection(int number, bool itself)
    {
        if (Sse.IsSupported && number != None && (EntryAt(number)->Flags & (FlowFlags.Inspected | FlowFlags.InspectionDone)) == FlowFlags.Inspected)
        {
            ref object? place = ref Object(number);
            byte* address = itself ? *(byte**)Unsafe.AsPointer(ref place) : (byte*)Unsafe.AsPointer(ref place); // Where it was a moment ago is good enough.
            Sse.Prefetch0(address);
            Sse.Prefetch0(address + CacheLine);
        }
    }

    /// <summary>Fetches what lies apart from the entries and their like: the object of a flow, and its long rates.</summary>
    public void PrefetchRow(int number)
    {
        if (Sse.IsSupported)
        {
            PrefetchRates(number);
            byte* address = *(byte**)Unsafe.AsPointer(ref Object(number)); // Where it was a moment ago is good enough.
            Sse.Prefetch0(address);
            Sse.Prefetch0(address + CacheLine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchRates(int number)
    {
        if ((byte*)Rates.AddressOf(number) is var rates and not null)
        {
            Sse.Prefetch0(rates);
            Sse.Prefetch0(rates + CacheLine);
            Sse.Prefetch0(rates + LongRates.Size - 1);
        }
    }
}
