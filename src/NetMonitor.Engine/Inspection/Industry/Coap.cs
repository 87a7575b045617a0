namespace NetMonitor.Inspection.Industry;

/// <summary>CoAP over UDP (RFC 7252). Under DTLS nothing of it shows.</summary>
internal sealed class Coap(FlowContext context) : DatagramInspector
{
    private const ushort Port = 5683;

    private readonly bool _onPort = context.Uses(Port);
    private byte _request;
    private byte _response;
    private string? _path;
    private string? _host;

    /// <inheritdoc/>
    public override string Application => "CoAP";

    /// <summary>A request alone, elsewhere than on the port, is a guess; its response is not.</summary>
    public override Confidence Confidence => _onPort || _response != 0 ? Confidence.Decoded : Confidence.Heuristic;

    /// <summary>On its port any message; elsewhere a request with a path or host, whose options are all known. Four bytes of header fit
    /// too much else.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        CoapMessage.TryParse(bytes, out CoapMessage message)
        && (context.Uses(Port) || (message.IsRequest && message.HasUri && message.IsInitiative)) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        if (!CoapMessage.TryParse(datagram, out CoapMessage message))
        {
            return Outcome.Reject;
        }

        if (message.IsRequest)
        {
            message.ReadUri(out string path, out string? host);
            if (_request != message.Code || path != _path || host != _host)
            {
                (_request, _path, _host) = (message.Code, path, host);
                Changed();
            }
        }
        else if (message.IsResponse && _response != message.Code)
        {
            _response = message.Code;
            Changed();
        }

        return Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new CoapDetails
    {
        Method = _request == 0 ? null : CoapMessage.NameOf(_request),
        Path = _path,
        Host = _host,
        Response = _response == 0 ? null : CoapMessage.NameOf(_response),
    };
}
