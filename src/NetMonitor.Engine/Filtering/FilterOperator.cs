namespace NetMonitor.Filtering;

/// <summary>What stands between a keyword and its value.</summary>
internal enum FilterOperator
{
    Has,
    Is,
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
}

internal static class FilterOperators
{
    private static readonly (string Sign, FilterOperator Operator)[] Signs =
    [
        (":", FilterOperator.Has), ("==", FilterOperator.Is), ("=", FilterOperator.Is), ("!=", FilterOperator.IsNot),
        ("<=", FilterOperator.AtMost), ("<", FilterOperator.Below), (">=", FilterOperator.AtLeast), (">", FilterOperator.Above),
    ];

    /// <summary>Reads the operator that begins here; null when none does.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="at">Where to look; moved behind the operator.</param>
    /// <param name="afterColon">A colon has been read, and another would be part of the value.</param>
    public static FilterOperator? Read(string text, ref int at, bool afterColon = false)
    {
        foreach ((string sign, FilterOperator op) in Signs)
        {
            if (text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal) && !(afterColon && op == FilterOperator.Has))
            {
                at += sign.Length;
                return op;
            }
        }

        return null;
    }
}
