using NetMonitor.Inspection.Text;

namespace NetMonitor.Inspection.Peers;

/// <summary>
/// The handshake of two Gnutella peers (Gnutella protocol specification 0.6): a request, an answer and a confirmation with header fields like HTTP's, behind
/// which TLS begins when both said "Connection: Upgrade" (RFC 2817). What else is behind it is not looked at.
/// </summary>
internal sealed class Gnutella(FlowContext context) : TextInspector(context)
{
    private Side? _caller;
    private string? _client;
    private string? _remoteClient;
    private bool _agreed;

    /// <inheritdoc/>
    public override string Application => "Gnutella";

    /// <summary>"GNUTELLA CONNECT/0.6" of the caller, "GNUTELLA/0.6 200 OK" of the other.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match called = Prefix.Of(bytes, "GNUTELLA CONNECT/"u8);
        return called != Match.No ? called : Prefix.Of(bytes, "GNUTELLA/0."u8);
    }

    /// <inheritdoc/>
    protected override long ReadLine(Side from, ReadOnlySpan<byte> line)
    {
        if (TextLines.StartsWith(line, "GNUTELLA CONNECT/"u8))
        {
            _caller = from;
            Changed();
        }
        else if (TextLines.StartsWith(line, "GNUTELLA/0."u8))
        {
            // The first of these is the answer's; the caller's confirmation has the second.
            _caller ??= from == Side.Originator ? Side.Responder : Side.Originator;
            Changed();
        }
        else if (TextLines.StartsWith(line, "User-Agent:"u8))
        {
            ReadOnlySpan<byte> program = line["User-Agent:"u8.Length..].Trim((byte)' ');
            if (from == _caller ? WireText.Update(ref _client, program) : WireText.Update(ref _remoteClient, program))
            {
                Changed();
            }
        }
        else if (from != _caller && TextLines.StartsWith(line, "Connection: Upgrade"u8))
        {
            _agreed = true;
            AskForTls();
            GrantTls(from);
        }
        else if (line.IsEmpty && from != _caller && !_agreed)
        {
            Done();
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new GnutellaDetails { Client = _client, RemoteClient = _remoteClient };
}
