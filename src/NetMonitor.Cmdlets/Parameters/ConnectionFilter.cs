using System.Globalization;
using System.Management.Automation;
using System.Net;
using NetMonitor.Filtering;

namespace NetMonitor.Cmdlets;

/// <summary>
/// The parameters by which connections are chosen, made into one test that the engine applies to its rows. Within a parameter
/// one value that fits is enough; between parameters all must fit.
/// </summary>
internal sealed class ConnectionFilter
{
    private readonly List<Func<NetConnection, bool>> _tests = [];

    /// <summary>The whole test, or null when every connection fits.</summary>
    public Func<NetConnection, bool>? Compile()
    {
        Func<NetConnection, bool>[] tests = [.. _tests];
        return tests switch
        {
            [] => null,
            [var only] => only,
            _ => connection => Array.TrueForAll(tests, test => test(connection)),
        };
    }

    /// <summary>Keeps connections that an expression of the filter language keeps.</summary>
    public ConnectionFilter Expression(ConnectionFilterExpression expression)
    {
        if (!expression.IsEmpty)
        {
            _tests.Add(expression.Matches);
        }

        return this;
    }

    /// <summary>Keeps connections whose text fits one of the wildcards. A connection without that text does not fit.</summary>
    public ConnectionFilter Like(string[]? patterns, Func<NetConnection, string?> text)
    {
        if (patterns is not null)
        {
            WildcardPattern[] compiled = [.. patterns.Select(Wildcard)];
            _tests.Add(connection => text(connection) is { } value && Array.Exists(compiled, pattern => pattern.IsMatch(value)));
        }

        return this;
    }

    /// <summary>Keeps connections whose name of an enumeration fits one of the wildcards. Each value is matched once, not each connection.</summary>
    public ConnectionFilter Like<TEnum>(string[]? patterns, Func<NetConnection, TEnum> value)
        where TEnum : struct, Enum
    {
        if (patterns is not null)
        {
            WildcardPattern[] compiled = [.. patterns.Select(Wildcard)];
            HashSet<TEnum> wanted = [.. Enum.GetValues<TEnum>().Where(item => Array.Exists(compiled, pattern => pattern.IsMatch(item.ToString())))];
            HashSet<string> numbers = [.. patterns]; // A protocol without a name prints as its number.
            _tests.Add(connection => wanted.Contains(value(connection)) || numbers.Contains(value(connection).ToString("D")));
        }

        return this;
    }

    /// <summary>Keeps connections with one of the ports.</summary>
    public ConnectionFilter Port(int[]? ports, Func<NetConnection, int?> port)
    {
        if (ports is not null)
        {
            HashSet<int> wanted = [.. ports];
            _tests.Add(connection => port(connection) is { } value && wanted.Contains(value));
        }

        return this;
    }

    /// <summary>Keeps connections with an address that fits one of the patterns.</summary>
    /// <returns>The pattern that is none, or null.</returns>
    public string? Address(string[]? patterns, Func<NetConnection, IPAddress> address)
    {
        if (patterns is null)
        {
            return null;
        }

        var compiled = new List<Func<IPAddress, bool>>();
        foreach (string pattern in patterns)
        {
            if (AddressPattern.Compile(pattern) is not { } test)
            {
                return pattern;
            }

            compiled.Add(test);
        }

        _tests.Add(connection =>
        {
            IPAddress value = address(connection);
            return compiled.Exists(test => test(value));
        });
        return null;
    }

    /// <summary>Keeps connections of one of the processes: a number is an id, everything else a wildcard for the name.</summary>
    public ConnectionFilter Process(string[]? processes)
    {
        if (processes is not null)
        {
            HashSet<int> ids = [];
            List<WildcardPattern> names = [];
            foreach (string process in processes)
            {
                if (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                {
                    ids.Add(id);
                }
                else
                {
                    names.Add(Wildcard(process));
                }
            }

            _tests.Add(connection => (connection.OwningProcess is { } id && ids.Contains(id))
                || (connection.ProcessName is { } name && names.Exists(pattern => pattern.IsMatch(name))));
        }

        return this;
    }

    private static WildcardPattern Wildcard(string text) => new(text, WildcardOptions.IgnoreCase | WildcardOptions.Compiled);
}
