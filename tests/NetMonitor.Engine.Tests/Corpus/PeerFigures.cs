namespace NetMonitor.Tests.Corpus;

/// <summary>Percent that another tool reaches on a line of the table; null where it was not measured.</summary>
/// <param name="Row">The line of ours that it compares with.</param>
/// <param name="Flows">Flows of the collection that have the field, or null where it was not recorded.</param>
internal sealed record PeerFigure(string Row, int? Flows, double? Ndpi42, double? Ndpi411, double? Suricata7)
{
    /// <summary>What reports must say beside these numbers.</summary>
    public const string Note =
        "Recall. The peers' figures were recorded once, on the whole collection that this corpus is a part of; ours is of this corpus. So they are a scale, not a race on equal ground.";

    /// <summary>As the README of the corpus records them. Plain flows, unless the line says tunnel. The lowest is the best for the rate of conflicts.</summary>
    public static readonly IReadOnlyList<PeerFigure> All =
    [
        new(Scorer.ConversationRow, 27_196, 84.0, 84.0, 82.6),
        new(Scorer.PacketsRow, 27_196, 83.4, 83.5, 80.1),
        new("TLS SNI", 1_756, 94.8, 94.6, 90.6),
        new("QUIC SNI", 753, 73.0, 89.0, 86.0),
        new("HTTP host", 2_896, 96.7, 94.9, 98.4),
        new("DNS name (any of the flow)", 2_274, 85.0, 84.2, 85.0),
        new("DNS names (all)", 4_923, 39.2, 38.9, 92.2),
        new("mDNS name", 131, 87.8, 88.5, 0),
        new("JA4", null, null, 53.4, 91.5),
        new(Scorer.LabelRow, 11_994, 94.7, 95.3, 83.0),
        new(Scorer.NoConflictRow, 11_994, 99.3, 99.7, 97.7),
        new(Scorer.InTunnel("TLS SNI"), 50, 6.0, 14.0, 95.9),
        new(Scorer.InTunnel("HTTP host"), 45, 8.9, 33.3, 75.0),
        new(Scorer.InTunnel("DNS name (any of the flow)"), 28, 7.1, 75.0, 68.4),
    ];
}
