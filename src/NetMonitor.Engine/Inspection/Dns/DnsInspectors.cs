using System.Buffers.Binary;

namespace NetMonitor.Inspection.Dns;

/// <summary>DNS over UDP (RFC 1035 section 4.2.1), mDNS (RFC 6762) and LLMNR (RFC 4795).</summary>
internal sealed class DnsDatagramInspector : DatagramInspector
{
    private readonly DnsFlavor _flavor;
    private readonly DnsStrictness _strictness;
    private readonly DnsConversation _conversation;

    /// <summary>Begins to follow a flow.</summary>
    public DnsDatagramInspector(FlowContext context)
    {
        _flavor = DnsFlavor.Of(context);
        _strictness = DnsFlavor.StrictnessOn(context);
        _conversation = new DnsConversation(_flavor);
    }

    /// <inheritdoc/>
    public override string Application => _flavor.Name;

    /// <inheritdoc/>
    public override ConnectionState? State => _conversation.State;

    /// <summary>A whole message.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        DnsMessage.TryParse(bytes, DnsFlavor.StrictnessOn(context), out _) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        if (!DnsMessage.TryParse(datagram, _strictness, out DnsMessage message))
        {
            return Outcome.Reject;
        }

        _conversation.Add(message, timestamp);
        Changed();
        return Outcome.More;
    }

    /// <inheritdoc/>
    internal override DnsResolutions Resolutions => _conversation.Resolutions;

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _conversation.ToDetails();
}

/// <summary>DNS over TCP: messages with their length in two bytes before them (RFC 1035 section 4.2.2).</summary>
internal sealed class DnsStreamInspector : StreamInspector
{
    private const int LengthSize = 2; // bytes

    private readonly DnsFlavor _flavor;
    private readonly DnsConversation _conversation;

    /// <summary>Begins to follow a stream.</summary>
    public DnsStreamInspector(FlowContext context)
    {
        _flavor = DnsFlavor.Of(context);
        _conversation = new DnsConversation(_flavor);
    }

    /// <inheritdoc/>
    public override string Application => _flavor.Name;

    /// <inheritdoc/>
    public override ConnectionState? State => _conversation.State;

    /// <summary>A whole message; its header is looked at first, so that other protocols do not wait.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        DnsStrictness strictness = DnsFlavor.StrictnessOn(context);
        if (bytes.Length < LengthSize + DnsMessage.HeaderSize)
        {
            bool fits = bytes.Length < LengthSize
                || (BinaryPrimitives.ReadUInt16BigEndian(bytes) >= DnsMessage.HeaderSize && DnsMessage.MayBegin(bytes[LengthSize..], strictness));
            return fits ? Match.NeedMore : Match.No;
        }

        // Lengths and the rest must agree on any port: TCP has no other hint that this is a beginning.
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length < DnsMessage.HeaderSize || !DnsMessage.IsPlausibleHeader(bytes[LengthSize..], strictness, length))
        {
            return Match.No;
        }

        if (bytes.Length < LengthSize + length)
        {
            return Match.NeedMore;
        }

        return DnsMessage.TryParse(bytes.Slice(LengthSize, length), strictness, out _) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        int consumed = 0;
        while (window.Length - consumed >= LengthSize)
        {
            ReadOnlySpan<byte> rest = window[consumed..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (rest.Length < LengthSize + length)
            {
                break;
            }

            // Once it is known to be DNS, what follows need not be as strict (zone transfers have answers without questions, RFC 5936 section 2.2).
            if (!DnsMessage.TryParse(rest.Slice(LengthSize, length), DnsStrictness.Lax, out DnsMessage message))
            {
                return new Progress(consumed, consumed == 0 && State is null ? Outcome.Reject : Outcome.Finished);
            }

            _conversation.Add(message, timestamp);
            Changed();
            consumed += LengthSize + length;
        }

        return new Progress(consumed, Outcome.More);
    }

    /// <inheritdoc/>
    internal override DnsResolutions Resolutions => _conversation.Resolutions;

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _conversation.ToDetails();
}
