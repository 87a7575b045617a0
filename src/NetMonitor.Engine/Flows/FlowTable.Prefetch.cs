using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NetMonitor.Flows;

/// <summary>A flow that a packet to come is most likely of; no flow by default. It may be another's by the time the packet is looked at: its key tells.</summary>
internal readonly unsafe struct FlowGuess(int number, FlowEntry* entry)
{
    public readonly int Number = number;

    /// <summary>Null for no flow.</summary>
    public readonly FlowEntry* Entry = entry;
}

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

    /// <summary>The entry that a hash is most likely for: what the index says, before its key is looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FlowGuess Guess(ulong hash)
    {
        uint tag = TagOf(hash);
        for (int i = SlotOf(hash); ; i = (i + 1) & _mask)
        {
            ulong slot = _slots[i];
            if (slot == 0)
            {
                return default;
            }

            if ((uint)(slot >> 32) == tag)
            {
                int number = NumberOf(slot);
                return new FlowGuess(number, EntryAt(number));
            }
        }
    }

    /// <summary>Fetches the cache lines of an entry that every packet touches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchEntry(FlowGuess guess, bool isTcp)
    {
        if (Sse.IsSupported && guess.Entry != null)
        {
            int number = guess.Number;
            Sse.Prefetch0(guess.Entry);
            Sse.Prefetch0((byte*)guess.Entry + CacheLine);
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
    /// <param name="guess">Its flow.</param>
    /// <param name="second">When the second began, nanoseconds since 1970.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchRates(FlowGuess guess, long second)
    {
        if (Sse.IsSupported && guess.Entry != null && guess.Entry->Last < second)
        {
            PrefetchRates(guess.Number);
        }
    }

    /// <summary>Fetches the place of an inspection that goes on, once <see cref="PrefetchEntry"/> has come to pass; or, once that has, the inspection itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchInspection(FlowGuess guess, bool itself)
    {
        if (Sse.IsSupported && guess.Entry != null && (guess.Entry->Flags & (FlowFlags.Inspected | FlowFlags.InspectionDone)) == FlowFlags.Inspected)
        {
            ref object? place = ref Object(guess.Number);
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
        }
    }
}
