using System.Net;

namespace NetMonitor.Export;

/// <summary>What rules must know of all connections together.</summary>
internal sealed class ReportTotals
{
    private const int SweepOf = 15;

    private readonly Dictionary<string, int> _countries = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, HashSet<(IPAddress Address, int? Port)>> _failed = [];

    public ReportTotals(IReadOnlyList<NetConnection> connections)
    {
        foreach (NetConnection connection in connections)
        {
            Last = connection.LastActivity > Last ? connection.LastActivity : Last;
            if (connection.Country is { } country)
            {
                _countries[country] = InCountry(country) + 1;
                WithCountry++;
            }

            if (ReportRules.IsFailedOpening(connection))
            {
                var facts = new ExportFacts(connection);
                if (!_failed.TryGetValue(facts.Source, out HashSet<(IPAddress, int?)>? ends))
                {
                    _failed.Add(facts.Source, ends = []);
                }

                if (ends.Count < SweepOf)
                {
                    ends.Add((facts.Destination, facts.DestinationPort));
                }
            }
        }
    }

    /// <summary>When the last packet was seen.</summary>
    public DateTimeOffset Last { get; } = DateTimeOffset.MinValue;

    /// <summary>Connections whose country is known.</summary>
    public int WithCountry { get; }

    /// <summary>Connections to a country.</summary>
    public int InCountry(string country) => _countries.GetValueOrDefault(country);

    /// <summary>The side that opened it failed to open connections to many ends.</summary>
    public bool IsSweeping(NetConnection connection) =>
        _failed.TryGetValue(new ExportFacts(connection).Source, out HashSet<(IPAddress, int?)>? ends) && ends.Count >= SweepOf;
}
