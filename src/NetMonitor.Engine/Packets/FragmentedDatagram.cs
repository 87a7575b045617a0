using System.Buffers;

namespace NetMonitor.Packets;

/// <summary>A datagram some of whose fragments came. Reused for another datagram once done with.</summary>
internal sealed class FragmentedDatagram
{
    /// <summary>Offsets count in units of this many bytes (RFC 791 section 3.1).</summary>
    public const int Unit = 8;

    private const int UnitsPerWord = 64;
    private const int SmallestBuffer = 2048;
    private const int UnknownLength = -1;

    /// <summary>One bit for each unit that came.</summary>
    private readonly ulong[] _present = new ulong[((FragmentReassembler.MaxDatagramBytes + 1) / Unit) / UnitsPerWord];
    private byte[]? _bytes;
    private int _unitsPresent;
    private int _highestEnd;

    /// <summary>What <see cref="Add"/> made of a fragment.</summary>
    public enum Outcome
    {
        /// <summary>More have to come.</summary>
        Incomplete,

        /// <summary>It brought nothing new.</summary>
        Duplicate,

        /// <summary>It overlaps others, which is forbidden.</summary>
        Overlap,

        /// <summary>The last one that was missing.</summary>
        Complete,
    }

    public FragmentKey Key { get; private set; }

    public long FirstSeen { get; private set; }

    public FragmentedDatagram? Older { get; set; }

    public FragmentedDatagram? Newer { get; set; }

    /// <summary>Fragments that came, duplicates included: they were packets on the wire too.</summary>
    public int Fragments { get; private set; }

    public int IpLength { get; private set; }

    public byte NextHeader { get; private set; }

    public byte HopLimit { get; private set; }

    /// <summary>
    /// Overlaps were met: what still comes is dropped (RFC 5722 section 3: "and any constituent fragments, including those not yet
    /// received").
    /// </summary>
    public bool IsDiscarded { get; private set; }

    /// <summary>Bytes of payload on the wire, once the last fragment came.</summary>
    public int Length { get; private set; }

    /// <summary>The payload up to the first byte that was not captured.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.AsSpan(0, Math.Min(Length, CapturedPrefix));

    private int CapturedPrefix { get; set; }

    public void Start(in FragmentKey key, long timestamp)
    {
        Key = key;
        FirstSeen = timestamp;
        Fragments = 0;
        IpLength = 0;
        NextHeader = key.Protocol;
        HopLimit = 0;
        IsDiscarded = false;
        Length = UnknownLength;
        CapturedPrefix = int.MaxValue;
        _present.AsSpan().Clear();
        _unitsPresent = 0;
        _highestEnd = 0;
    }

    /// <summary>False when the fragment contradicts what is known of the datagram's length.</summary>
    public bool Fits(in Fragment fragment)
    {
        int end = fragment.Offset + fragment.WireLength;
        return Length == UnknownLength
            ? fragment.More || end >= _highestEnd
            : fragment.More ? end <= Length : end == Length;
    }

    /// <summary>Makes room for payload up to <paramref name="end"/>. Returns by how many bytes the memory grew.</summary>
    public int Reserve(int end)
    {
        int had = _bytes?.Length ?? 0;
        if (had >= end)
        {
            return 0;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, end));
        if (_bytes is not null)
        {
            _bytes.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
        return larger.Length - had;
    }

    /// <summary>Gives the payload's memory back and drops later fragments. Returns how many bytes that were.</summary>
    public int Discard()
    {
        IsDiscarded = true;
        Fragments = 0;
        int had = _bytes?.Length ?? 0;
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = null;
        }

        return had;
    }

    /// <summary>Takes a fragment that <see cref="Fits"/> and that there is room for.</summary>
    public Outcome Add(in Fragment fragment, ReadOnlySpan<byte> captured, bool discardOverlap)
    {
        Fragments++;
        IpLength += fragment.IpLength;
        int end = fragment.Offset + fragment.WireLength;
        int firstUnit = fragment.Offset / Unit;
        int endUnit = (end + Unit - 1) / Unit;
        int before = CountPresent(firstUnit, endUnit);
        bool tellsLength = !fragment.More && Length == UnknownLength;
        if (before == endUnit - firstUnit && !tellsLength && (!discardOverlap || IsCopy(fragment.Offset, captured)))
        {
            return Outcome.Duplicate;
        }

        if (before > 0 && discardOverlap)
        {
            return Outcome.Overlap;
        }

        if (fragment.Offset == 0)
        {
            NextHeader = fragment.NextHeader;
            HopLimit = fragment.HopLimit;
        }

        if (!fragment.More)
        {
            Length = end;
        }

        _highestEnd = Math.Max(_highestEnd, end);
        if (captured.Length < fragment.WireLength)
        {
            CapturedPrefix = Math.Min(CapturedPrefix, fragment.Offset + captured.Length);
        }

        Copy(fragment.Offset, captured, firstUnit, endUnit, whole: before == 0);
        bool complete = Length != UnknownLength && _unitsPresent == (Length + Unit - 1) / Unit;
        return complete ? Outcome.Complete : Outcome.Incomplete;
    }

    private void Copy(int offset, ReadOnlySpan<byte> captured, int firstUnit, int endUnit, bool whole)
    {
        if (whole)
        {
            captured.CopyTo(_bytes.AsSpan(offset));
        }

        for (int unit = firstUnit; unit < endUnit; unit++)
        {
            ulong bit = 1UL << (unit % UnitsPerWord);
            ref ulong word = ref _present[unit / UnitsPerWord];
            if ((word & bit) != 0)
            {
                continue;
            }

            word |= bit;
            _unitsPresent++;
            int from = (unit * Unit) - offset;
            if (!whole && from < captured.Length)
            {
                captured[from..Math.Min(from + Unit, captured.Length)].CopyTo(_bytes.AsSpan(unit * Unit));
            }
        }
    }

    private int CountPresent(int firstUnit, int endUnit)
    {
        int count = 0;
        for (int unit = firstUnit; unit < endUnit; unit++)
        {
            count += (int)(_present[unit / UnitsPerWord] >> (unit % UnitsPerWord)) & 1;
        }

        return count;
    }

    private bool IsCopy(int offset, ReadOnlySpan<byte> captured)
    {
        int known = Math.Clamp(CapturedPrefix - offset, 0, captured.Length);
        return captured[..known].SequenceEqual(_bytes.AsSpan(offset, known));
    }
}
