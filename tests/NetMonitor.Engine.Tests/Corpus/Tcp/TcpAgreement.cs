using System.Globalization;
using System.Text;
using NetMonitor.Flows;

namespace NetMonitor.Tests.Corpus;

/// <summary>Our TCP numbers beside tshark's over a corpus: each marker on each frame.</summary>
internal sealed class TcpAgreement
{
    private const string HandshakeRow = "handshake RTT";

    /// <summary>Two clocks of the same capture may differ by the digits that are written.</summary>
    private const double Tolerance = 1e-6;

    private static readonly (string Row, TcpFindings Finding)[] Findings =
    [
        ("retransmission", TcpFindings.Retransmission),
        ("fast retransmission", TcpFindings.FastRetransmission),
        ("spurious retransmission", TcpFindings.SpuriousRetransmission),
        ("out of order", TcpFindings.OutOfOrder),
        ("duplicate ACK", TcpFindings.DuplicateAck),
        ("lost segment", TcpFindings.LostSegment),
        ("zero window", TcpFindings.ZeroWindow),
        ("window full", TcpFindings.WindowFull),
        ("keep-alive", TcpFindings.KeepAlive),
    ];

    private readonly Dictionary<string, Tally> _rows = Findings.Select(finding => finding.Row).Append(HandshakeRow).ToDictionary(row => row, _ => new Tally());
    private readonly List<double> _rttErrors = [];
    private readonly StringBuilder _disagreements = new("capture\twhere\trow\ttshark\tours\n");

    public IReadOnlyDictionary<string, Tally> Rows => _rows;

    public int Captures { get; private set; }

    /// <summary>Median of |ours - tshark's| over the handshakes both measured, seconds.</summary>
    public double MedianRttError => _rttErrors.Count == 0 ? 0 : _rttErrors.Order().ElementAt(_rttErrors.Count / 2);

    public string Disagreements => _disagreements.ToString();

    public void Score(string capture, TsharkAnalysis theirs, OurAnalysis ours)
    {
        Captures++;
        foreach (int frame in theirs.Findings.Keys.Union(ours.Findings.Keys).Order())
        {
            foreach ((string row, TcpFindings finding) in Findings)
            {
                Add(capture, frame, row, (theirs.Findings.GetValueOrDefault(frame) & finding) != 0, (ours.Findings.GetValueOrDefault(frame) & finding) != 0);
            }
        }

        // By connection: tshark writes the time on the first frame after the handshake that it has something else to say of.
        Dictionary<string, double> our = [];
        foreach ((int frame, double rtt) in ours.HandshakeRtts)
        {
            if (theirs.Streams.TryGetValue(frame, out string? stream))
            {
                our[stream] = rtt;
            }
        }

        foreach (string stream in theirs.HandshakeRtts.Keys.Union(our.Keys).Order(StringComparer.Ordinal))
        {
            ScoreHandshake(capture, stream, theirs.HandshakeRtts.GetValueOrDefault(stream, double.NaN), our.GetValueOrDefault(stream, double.NaN));
        }
    }

    public string Markdown()
    {
        StringBuilder text = new();
        text.AppendLine("# Agreement with tshark's tcp.analysis, frame by frame").AppendLine();
        text.AppendLine("| marker | tshark | both | only ours | recall | precision |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach ((string row, Tally tally) in _rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row} | {tally.Truth:N0} | {tally.Found:N0} | {tally.Wrong:N0} | {tally.Recall:F2} % | {tally.Precision:F2} % |");
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Captures:N0} captures. Median error of the handshake RTT: {MedianRttError * 1e6:F3} µs.");
        return text.ToString();
    }

    /// <summary>NaN for none.</summary>
    private void ScoreHandshake(string capture, string stream, double theirs, double ours)
    {
        double error = Math.Abs(theirs - ours);
        if (!double.IsNaN(error))
        {
            _rttErrors.Add(error);
        }

        bool agrees = error <= Tolerance;
        _rows[HandshakeRow].Add(double.IsNaN(theirs) ? 0 : 1, agrees ? 1 : 0, agrees || double.IsNaN(ours) ? 0 : 1);
        if (!agrees)
        {
            Note(capture, $"stream {stream}", HandshakeRow, theirs.ToString(CultureInfo.InvariantCulture), ours.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Add(string capture, int frame, string row, bool isTheirs, bool isOurs)
    {
        _rows[row].Add(isTheirs ? 1 : 0, isTheirs && isOurs ? 1 : 0, isOurs && !isTheirs ? 1 : 0);
        if (isTheirs != isOurs)
        {
            Note(capture, frame.ToString(CultureInfo.InvariantCulture), row, isTheirs ? "yes" : "", isOurs ? "yes" : "");
        }
    }

    private void Note(string capture, string where, string row, string theirs, string ours) =>
        _disagreements.AppendJoin('\t', capture, where, row, theirs, ours).Append('\n');
}
