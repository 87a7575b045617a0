using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>OpenVPN over UDP.</summary>
internal sealed class OpenVpnDatagrams(FlowContext context) : DatagramInspector
{
    private readonly OpenVpnConversation _conversation = new(context);

    /// <inheritdoc/>
    public override string Application => OpenVpnConversation.Application;

    /// <inheritdoc/>
    public override Confidence Confidence => _conversation.SawHandshake ? Confidence.Decoded : Confidence.Signature;

    /// <summary>A reset.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        OpenVpnReset.TryParse(bytes, out _) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        int revision = _conversation.Revision;
        bool more = _conversation.Read(from, datagram, timestamp);
        if (_conversation.Revision != revision)
        {
            Changed();
        }

        return more ? Outcome.More : Outcome.Finished;
    }

    /// <inheritdoc/>
    protected internal override void Release() => _conversation.Release();

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _conversation.ToDetails();
}

/// <summary>OpenVPN over TCP: the same packets, each behind its length in two bytes.</summary>
internal sealed class OpenVpnStream(FlowContext context) : StreamInspector
{
    private const int LengthSize = 2; // bytes

    private readonly OpenVpnConversation _conversation = new(context);

    /// <inheritdoc/>
    public override string Application => OpenVpnConversation.Application;

    /// <inheritdoc/>
    public override Confidence Confidence => _conversation.SawHandshake ? Confidence.Decoded : Confidence.Signature;

    /// <summary>A reset behind its length.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= LengthSize)
        {
            bool tooLarge = !bytes.IsEmpty && bytes[0] > OpenVpnReset.Largest >> 8;
            return tooLarge ? Match.No : Match.NeedMore;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length < OpenVpnReset.Smallest || length > OpenVpnReset.Largest || !OpenVpnReset.MayBegin(bytes[LengthSize]))
        {
            return Match.No;
        }

        return bytes.Length < LengthSize + length ? Match.NeedMore
            : OpenVpnReset.TryParse(bytes.Slice(LengthSize, length), out _) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        int revision = _conversation.Revision;
        bool more = true;
        WireReader reader = new(window);
        long consumed = 0;
        while (more && reader.TryReadVector16(out ReadOnlySpan<byte> packet))
        {
            consumed += LengthSize + packet.Length;
            more = _conversation.Read(from, packet, timestamp);
        }

        if (_conversation.Revision != revision)
        {
            Changed();
        }

        return new Progress(consumed, more ? Outcome.More : Outcome.Finished);
    }

    /// <inheritdoc/>
    protected internal override void Release() => _conversation.Release();

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _conversation.ToDetails();
}
