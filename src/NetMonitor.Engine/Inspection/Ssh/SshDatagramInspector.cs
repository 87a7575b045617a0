namespace NetMonitor.Inspection.Ssh;

/// <summary>SSH version lines in datagrams: no standard, but tunnels and tests do it. Finished when both sides have said theirs.</summary>
internal sealed class SshDatagramInspector : DatagramInspector
{
    private struct Line
    {
        public string? Version;
        public string? Software;
        public string? Comment;
    }

    private Line _client;
    private Line _server;

    /// <inheritdoc/>
    public override string Application => "SSH";

    /// <inheritdoc/>
    public override Confidence Confidence => Confidence.Signature;

    /// <summary>A datagram that begins with a version line.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        SshVersionLine.Probe(bytes) == Match.Yes ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        int end = datagram.IndexOf((byte)'\n');
        if (SshVersionLine.TryParse(end < 0 ? datagram : datagram[..end], out SshVersionLine version))
        {
            ref Line line = ref from == Side.Originator ? ref _client : ref _server;
            line.Version = WireText.Clean(version.Version);
            line.Software = WireText.Clean(version.Software);
            line.Comment = version.Comment.IsEmpty ? null : WireText.Clean(version.Comment);
            Changed();
        }

        return _client.Version is not null && _server.Version is not null ? Outcome.Finished : Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new SshDetails
    {
        ClientVersion = _client.Version,
        ClientSoftware = _client.Software,
        ClientComment = _client.Comment,
        ServerVersion = _server.Version,
        ServerSoftware = _server.Software,
        ServerComment = _server.Comment,
    };
}
