namespace NetMonitor.Inspection.Text;

/// <summary>SIP over UDP (RFC 3261 section 18): a message a datagram.</summary>
internal sealed class SipDatagrams : DatagramInspector
{
    private readonly SipFacts _facts = new();

    /// <inheritdoc/>
    public override string Application => "SIP";

    /// <summary>A start line of SIP.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => TextMessage.Probe(bytes, SipFacts.Version);

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        TextMessage message = TextMessage.Read(datagram.TrimStart("\r\n"u8));
        if (_facts.Read(message, datagram.TrimStart("\r\n"u8)[message.BodyAt..]))
        {
            Changed();
            return Outcome.More;
        }

        return Outcome.Reject;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => _facts.ToDetails();
}

/// <summary>SIP over TCP: messages end where Content-Length says (RFC 3261 section 18.3).</summary>
internal sealed class SipStream : StreamInspector
{
    private readonly SipFacts _facts = new();

    /// <inheritdoc/>
    public override string Application => "SIP";

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        long consumed = 0;
        while (consumed < window.Length)
        {
            ReadOnlySpan<byte> rest = window[(int)consumed..];
            int blank = rest.IndexOfAnyExcept("\r\n"u8);
            if (blank != 0)
            {
                consumed += blank < 0 ? rest.Length : blank;
                continue;
            }

            if (!TextMessage.TryRead(rest, out TextMessage message))
            {
                break;
            }

            long body = Math.Max(SipFacts.BodyLength(message), 0);
            bool isShort = body <= InspectionLimits.StreamWindow - message.BodyAt;
            if (isShort && body > rest.Length - message.BodyAt)
            {
                break;
            }

            // What is not a message is passed over up to the next empty line: the beginning was missed.
            bool isMessage = _facts.Read(message, isShort ? rest.Slice(message.BodyAt, (int)body) : default);
            if (isMessage)
            {
                Changed();
            }

            consumed += message.BodyAt + (isMessage ? body : 0);
        }

        return new Progress(consumed, Outcome.More);
    }

    /// <summary>A message whose end was not captured.</summary>
    public override void End(Side from, ReadOnlySpan<byte> rest)
    {
        if (TextMessage.Probe(rest, SipFacts.Version) == Match.Yes)
        {
            TextMessage message = TextMessage.Read(rest.TrimStart("\r\n"u8));
            if (_facts.Read(message, rest.TrimStart("\r\n"u8)[message.BodyAt..]))
            {
                Changed();
            }
        }
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => _facts.ToDetails();
}
