using System.Globalization;
using NetMonitor.Packets;

namespace NetMonitor.Filtering;

/// <summary>Makes a keyword with its operator and values into a test.</summary>
internal static class FilterTerm
{
    public static Predicate Compile(FilterKeyword keyword, FilterOperator op, List<FilterValue> values)
    {
        if (op == FilterOperator.IsNot)
        {
            return new NotPredicate(Compile(keyword, FilterOperator.Is, values));
        }

        bool exact = op == FilterOperator.Is;
        return keyword.Kind switch
        {
            FilterKind.Text => Text(keyword, Any([.. values.Select(value => value.ToPattern(exact))])),
            FilterKind.Name => Name(keyword, values, exact),
            FilterKind.Port => Port(keyword, op, values),
            FilterKind.Address => Address(keyword, values, exact),
            _ => new RangePredicate(keyword.Value!, [.. values.Select(value => Range(keyword, op, value))]),
        };
    }

    private static TextPattern Any(TextPattern[] patterns) => patterns is [var only] ? only : new AnyPattern(patterns);

    private static Predicate Text(FilterKeyword keyword, TextPattern pattern) =>
        keyword.Name == "id" ? new IdPredicate(pattern)
        : keyword.Details is { } details ? new DetailsPredicate(details, pattern)
        : new TextPredicate(keyword.Texts, pattern);

    private static Predicate Name(FilterKeyword keyword, List<FilterValue> values, bool exact)
    {
        bool[] set = new bool[keyword.Names.Max(name => name.Number) + 1];
        foreach (FilterValue value in values)
        {
            FilterValue normal = value.IsRegex ? value : value with { Text = value.Text.Replace('-', '_') };
            bool[] found = NameSet.Of(keyword.Names, normal.ToPattern(exact));
            if (keyword.Name == "direction" && !value.IsRegex)
            {
                // "Outgoing" contains "in": a direction is known by how it begins.
                found = NameSet.Of(keyword.Names, new WildcardTextPattern(value.Text + "*"));
            }
            else if (keyword.Name == "proto" && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                if (number < set.Length)
                {
                    found = new bool[set.Length];
                    found[number] = true;
                }
            }

            if (!found.Contains(true))
            {
                throw new FilterException(
                    FilterErrorId.InvalidValue, value.Position, value.Length,
                    $"No {keyword.Name} is called '{value.Text}'. There are: {string.Join(", ", keyword.Names.Select(name => name.Name))}.");
            }

            for (int i = 0; i < set.Length; i++)
            {
                set[i] |= found[i];
            }
        }

        return keyword.Name == "state" ? new StatePredicate(set) : new NamePredicate(keyword.Number!, set);
    }

    private static PortPredicate Port(FilterKeyword keyword, FilterOperator op, List<FilterValue> values)
    {
        ulong[] bits = new ulong[(ushort.MaxValue + 1) / 64];
        foreach (FilterValue value in values)
        {
            if (op == FilterOperator.Has && (value.IsRegex || value.Text.All(char.IsAsciiDigit) || value.Text.Contains('*')))
            {
                AddByDigits(bits, value);
            }
            else
            {
                (double low, bool lowIncluded, double high, bool highIncluded) = Range(keyword, op, value);
                long last = (long)Math.Min(highIncluded ? high : high - 1, ushort.MaxValue);
                for (long port = (long)Math.Max(lowIncluded ? low : low + 1, 0); port <= last; port++)
                {
                    bits[port >> 6] |= 1UL << (int)(port & 63);
                }
            }
        }

        return new PortPredicate(keyword.Ends, bits);
    }

    private static void AddByDigits(ulong[] bits, FilterValue value)
    {
        if (value.Text.Length > 5 && !value.IsRegex)
        {
            throw Invalid(value, FilterKind.Port);
        }

        TextPattern pattern = value.ToPattern(exact: false);
        Span<char> digits = stackalloc char[5];
        for (int port = 0; port <= ushort.MaxValue; port++)
        {
            port.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
            if (pattern.IsMatch(digits[..length]))
            {
                bits[port >> 6] |= 1UL << (port & 63);
            }
        }
    }

    private static AddressPredicate Address(FilterKeyword keyword, List<FilterValue> values, bool exact)
    {
        var ranges = new List<(IPAddressValue, IPAddressValue)>();
        var patterns = new List<TextPattern>();
        foreach (FilterValue value in values)
        {
            if (!value.IsRegex && FilterValues.TryReadAddresses(value.Text, out (IPAddressValue First, IPAddressValue Last) range))
            {
                ranges.Add(range);
            }
            else if (!value.IsRegex && value.Text.Contains('/'))
            {
                throw new FilterException(
                    FilterErrorId.InvalidValue, value.Position, value.Length, $"'{value.Text}' is no network like 10.0.0.0/8 or 2001:db8::/32.");
            }
            else if (!value.IsRegex && value.Text.Split('-') is [var from, var to]
                && FilterValues.TryReadAddresses(from, out (IPAddressValue First, IPAddressValue Last) low)
                && FilterValues.TryReadAddresses(to, out (IPAddressValue First, IPAddressValue Last) high))
            {
                ranges.Add((low.First, high.Last));
            }
            else
            {
                patterns.Add(value.ToPattern(exact));
            }
        }

        return new AddressPredicate(keyword.Ends, [.. ranges], patterns.Count == 0 ? null : Any([.. patterns]));
    }

    private static (double Low, bool LowIncluded, double High, bool HighIncluded) Range(FilterKeyword keyword, FilterOperator op, FilterValue value)
    {
        if (value.IsRegex)
        {
            throw Invalid(value, keyword.Kind);
        }

        if (FilterValues.TryReadNumber(keyword, value.Text, out double number))
        {
            return op switch
            {
                FilterOperator.Below => (double.NegativeInfinity, true, number, false),
                FilterOperator.AtMost => (double.NegativeInfinity, true, number, true),
                FilterOperator.Above => (number, false, double.PositiveInfinity, true),
                FilterOperator.AtLeast => (number, true, double.PositiveInfinity, true),
                _ => (number, true, number, true),
            };
        }

        return op is FilterOperator.Has or FilterOperator.Is && FilterValues.TryReadRange(keyword, value.Text, out double low, out double high)
            ? (low, true, high, true)
            : throw Invalid(value, keyword.Kind);
    }

    private static FilterException Invalid(FilterValue value, FilterKind kind) =>
        new(FilterErrorId.InvalidValue, value.Position, value.Length, $"'{value.Text}' is not {FilterValues.Expected(kind)}.");
}
