namespace NetMonitor;

/// <summary>A row of a <see cref="TimeoutPolicy"/>.</summary>
/// <param name="Name">Which connections, as docs/limits.md names them.</param>
/// <param name="After">The silence after which they leave the table.</param>
public sealed record TimeoutRow(string Name, TimeSpan After);

/// <summary>When a silent connection leaves the table: rows that are tried top to bottom, the first match wins. docs/limits.md shows the same rows. Immutable.</summary>
/// <remarks>
/// Silence counts from the last packet; for connections that are over (TCP CLOSED and TIME_WAIT, QUIC draining and closed) from the moment they
/// were, so that late packets do not postpone it.
/// </remarks>
public sealed class TimeoutPolicy
{
    private const int StateCount = 1 << (8 * sizeof(ConnectionState));
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(365);

    private readonly Flows.TimeoutRule[] _rules;
    private readonly Flows.TimeoutRule[][] _byState;

    private TimeoutPolicy(string name, IEnumerable<Flows.TimeoutRule> rules)
    {
        Name = name;
        _rules = [.. rules];
        Rows = [.. _rules.Select(rule => new TimeoutRow(rule.Name, rule.After))];
        _byState = [.. Enumerable.Range(0, StateCount).Select(state => _rules.Where(rule => rule.Matches((ConnectionState)state)).ToArray())];
    }

    /// <summary>The policy that is used unless told otherwise.</summary>
    public static TimeoutPolicy Default { get; } = new(nameof(Default), Flows.TimeoutTable.Default);

    /// <summary>The timeouts of RustNet 1.6.</summary>
    public static TimeoutPolicy RustNet { get; } = new(nameof(RustNet), Flows.TimeoutTable.RustNet);

    /// <summary>The policies that are built in.</summary>
    public static IReadOnlyList<TimeoutPolicy> BuiltIn { get; } = [Default, RustNet];

    /// <summary>How users call it; that of a changed policy ends with " (changed)".</summary>
    public string Name { get; }

    /// <summary>Its rows, in the order they are tried.</summary>
    public IReadOnlyList<TimeoutRow> Rows { get; }

    /// <summary>The same policy with another timeout for a row.</summary>
    /// <param name="row">The row's name, whatever its case.</param>
    /// <param name="after">More than zero, at most a year.</param>
    /// <exception cref="ArgumentException">There is no such row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range.</exception>
    public TimeoutPolicy With(string row, TimeSpan after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(after, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(after, LongestTimeout);
        if (!Array.Exists(_rules, rule => Is(rule)))
        {
            throw new ArgumentException($"The policy {Name} has no row '{row}'. Its rows are: {string.Join("; ", Rows.Select(r => r.Name))}.", nameof(row));
        }

        const string Changed = " (changed)";
        string name = Name.EndsWith(Changed, StringComparison.Ordinal) ? Name : Name + Changed;
        return new TimeoutPolicy(name, _rules.Select(rule => Is(rule) ? rule with { After = after } : rule));

        bool Is(Flows.TimeoutRule rule) => string.Equals(rule.Name, row, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The policy's name.</summary>
    public override string ToString() => Name;

    /// <summary>The row for a connection.</summary>
    internal Flows.TimeoutRule For(in Flows.FlowFacts facts)
    {
        foreach (Flows.TimeoutRule rule in _byState[(int)facts.State])
        {
            if (rule.Matches(facts))
            {
                return rule;
            }
        }

        throw new System.Diagnostics.UnreachableException("The last row matches all.");
    }
}
