namespace NetMonitor.View;

/// <summary>What a row is sorted by: a text or a number. What is not known comes last, whichever the direction.</summary>
internal readonly struct SortKey
{
    private readonly string? _text;
    private readonly UInt128 _number;
    private readonly bool _known;

    private SortKey(string? text, UInt128 number)
    {
        _text = text;
        _number = number;
        _known = true;
    }

    public static SortKey Of(string? text) => string.IsNullOrEmpty(text) ? default : new SortKey(text, 0);

    /// <summary>Not negative: the bits of such a number sort as it does (IEEE 754).</summary>
    public static SortKey Of(double? number) => number is { } value && value >= 0 ? new SortKey(null, BitConverter.DoubleToUInt64Bits(value)) : default;

    public static SortKey Of(Packets.IPAddressValue address) => new(null, new UInt128(address.High, address.Low));

    public static int Compare(in SortKey a, in SortKey b, bool descending)
    {
        if (!a._known || !b._known)
        {
            return b._known.CompareTo(a._known);
        }

        int order = a._text is not null && b._text is not null
            ? string.Compare(a._text, b._text, StringComparison.OrdinalIgnoreCase)
            : a._number.CompareTo(b._number);
        return descending ? -order : order;
    }
}
