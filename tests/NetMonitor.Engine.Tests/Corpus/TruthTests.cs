using System.Net;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Corpus;

/// <summary>The truth read by us: whole, and without contradiction.</summary>
public sealed class TruthTests
{
    /// <summary>Connections made from the truth itself must agree with it: no flow is lost on the way, no two flows share a key.</summary>
    [CorpusFact]
    public void The_truth_agrees_with_itself()
    {
        Scorer scorer = new();
        foreach (TruthCapture capture in CorpusFolder.Find()!.Captures().Where(capture => !capture.IsHostile))
        {
            scorer.Score(capture, capture.Flows.Select(flow => Connection(capture, flow)));
        }

        string[] rows = [Scorer.ConversationRow, Scorer.PacketsRow, Scorer.BytesRow, Scorer.OpenedByRow, .. NameField.All.Select(field => field.Row).Except(NotMade)];
        Assert.All(rows, row =>
        {
            Assert.True(scorer.Rows[row].Truth > 0, row);
            Assert.Equal((100.0, 100.0), (scorer.Rows[row].Recall, scorer.Rows[row].Precision));
        });
    }

    /// <summary>Lines that <see cref="Connection"/> has nothing for: several values where a connection has one, and what is read by name.</summary>
    private static readonly string[] NotMade =
    [
        "TLS ALPN selected", "JA3", "JA3S", "JA4", "QUIC SNI", "Google QUIC SNI", "QUIC version", "QUIC ALPN offered", "QUIC JA4", "SSH version",
    ];

    private static NetConnection Connection(TruthCapture capture, TruthFlow flow)
    {
        long[] packets = flow.IpPackets();
        return new NetConnection
        {
            Protocol = flow.Key().Key.Protocol,
            Local = IPAddressValue.From(IPAddress.Parse(flow.A)),
            LocalPortValue = flow.Ap,
            Remote = IPAddressValue.From(IPAddress.Parse(flow.B)),
            RemotePortValue = flow.Bp,
            HasPorts = true,
            PacketsSent = packets[0],
            PacketsReceived = packets[1],
            BytesSent = ByteBounds.Of(capture, flow, 0)?.Most ?? 0,
            BytesReceived = ByteBounds.Of(capture, flow, 1)?.Least ?? 0,
            Direction = flow.Client == "b" ? ConnectionDirection.Incoming : ConnectionDirection.Outgoing,
            Sni = flow.Tls?.Sni.FirstOrDefault(),
            Details = new HttpDetails
            {
                Host = flow.Http?.Hosts.FirstOrDefault(),
                Outer = new TlsDetails
                {
                    AlpnOffered = flow.Tls?.Alpn ?? [],
                    Version = flow.Tls?.Version.FirstOrDefault(),
                    CipherSuite = flow.Tls?.Cipher.FirstOrDefault(),
                    Outer = new DnsDetails { Names = [.. (flow.Dns?.Names ?? []).Concat(flow.Mdns?.Names ?? [])] },
                },
            },
        };
    }
}
