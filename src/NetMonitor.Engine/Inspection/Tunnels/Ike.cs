using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>IKE on UDP, plain or behind the marker of NAT traversal, and ESP beside it (RFC 7296, RFC 2408, RFC 3948).</summary>
internal sealed class Ike : DatagramInspector
{
    private const ushort NatPort = 4500;
    private const int MarkerSize = 4;           // RFC 3948 section 2.2: zeros where ESP has its SPI
    private const int SmallestEsp = 8 + 4 + 12; // SPI, sequence number, the last block's 4, integrity check value (RFC 4303 section 2)
    private const uint FirstFreeSpi = 256;      // RFC 4303 section 2.1
    private const uint PlausibleSequence = 1u << 24; // of the first packet seen
    private const byte NatKeepalive = 0xFF;     // RFC 3948 section 2.3
    private const byte Sa1 = 1;
    private const byte VendorId1 = 13;
    private const byte Sa2 = 33;
    private const byte VendorId2 = 43;

    private readonly List<string> _vendors = [];
    private IkeDetails? _details;
    private uint _spi;
    private Confidence _confidence = Confidence.Decoded;

    /// <inheritdoc/>
    public override string Application => _details is null ? "ESP" : "IKE";

    /// <inheritdoc/>
    public override Confidence Confidence => _confidence;

    /// <summary>A whole IKE message on any port; ESP, which has nothing to tell it by, on its port only.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        IkeMessage.TryParse(WithoutMarker(bytes), out _) || (context.Uses(NatPort) && IsEsp(bytes)) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        ReadOnlySpan<byte> message = WithoutMarker(datagram);
        if (IkeMessage.TryParse(message, out IkeMessage ike))
        {
            Read(ike, message.Length != datagram.Length);
            return Outcome.More;
        }

        if (datagram.Length == 1 && datagram[0] == NatKeepalive)
        {
            return Outcome.More;
        }

        if (_details is { } details)
        {
            if (!IsEsp(datagram))
            {
                return Outcome.Reject;
            }

            _details = details with { EspSeen = true };
            Changed();
            return Outcome.Finished;
        }

        // ESP alone: the same association again makes it likely, no more.
        _confidence = Confidence.Heuristic;
        uint spi = IsEsp(datagram) ? BinaryPrimitives.ReadUInt32BigEndian(datagram) : 0;
        bool first = _spi == 0;
        bool same = spi == _spi;
        _spi = spi;
        if (first)
        {
            Changed();
        }

        return spi == 0 ? Outcome.Reject : same ? Outcome.Finished : Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _details;

    private static ReadOnlySpan<byte> WithoutMarker(ReadOnlySpan<byte> bytes) =>
        bytes.Length > MarkerSize && BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0 ? bytes[MarkerSize..] : bytes;

    private static bool IsEsp(ReadOnlySpan<byte> bytes) => bytes.Length >= SmallestEsp && bytes.Length % 2 == 0
        && BinaryPrimitives.ReadUInt32BigEndian(bytes) >= FirstFreeSpi
        && BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) is > 0 and < PlausibleSequence;

    private void Read(in IkeMessage message, bool hasMarker)
    {
        _confidence = Confidence.Decoded;
        IkeDetails before = _details ?? new IkeDetails
        {
            Version = message.VersionName,
            Exchange = message.ExchangeName,
            InitiatorSpi = Convert.ToHexStringLower(message.InitiatorSpi),
        };
        IkeDetails now = before with
        {
            Version = message.VersionName,
            Exchange = message.ExchangeName,
            NatTraversal = before.NatTraversal || hasMarker,
            ResponderSpi = before.ResponderSpi ?? (message.HasResponder ? Convert.ToHexStringLower(message.ResponderSpi) : null),
        };

        int vendors = _vendors.Count;
        IkeMessage.PayloadReader payloads = message.Payloads;
        while (payloads.TryRead(out byte type, out ReadOnlySpan<byte> body))
        {
            if (type == (message.Version == IkeMessage.Version1 ? Sa1 : Sa2))
            {
                string? proposal = IkeProposal.Read(body, message.Version);
                now = message.IsResponse ? now with { Chosen = now.Chosen ?? proposal } : now with { Offered = now.Offered ?? proposal };
            }
            else if (type == (message.Version == IkeMessage.Version1 ? VendorId1 : VendorId2) && IkeVendors.NameOf(body) is { } vendor
                && _vendors.Count < InspectionLimits.IkeVendorIds && !_vendors.Contains(vendor))
            {
                _vendors.Add(vendor);
            }
        }

        if (_vendors.Count > vendors)
        {
            now = now with { VendorIds = [.. _vendors] };
        }

        if (_details is null || now != before)
        {
            _details = now;
            Changed();
        }
    }
}
