using System.Buffers.Binary;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Remote;

/// <summary>
/// RDP: the X.224 Connection Request and Confirm in TPKT (RFC 1006 section 6, MS-RDPBCGR sections 2.2.1.1 and 2.2.1.2), then TLS where both
/// agree on it.
/// </summary>
internal sealed class RdpInspector(FlowContext context) : StreamInspector
{
    // TPKT: version 3, reserved 0, length (16). X.224: length indicator, code, destination (16), source (16), class.
    private const byte TpktVersion = 3;
    private const int TpktLengthAt = 2;
    private const int TpktSize = 4;
    private const int IndicatorAt = TpktSize;
    private const int CodeAt = IndicatorAt + 1;
    private const int DestinationAt = CodeAt + 1;
    private const int ClassAt = DestinationAt + 4;
    private const int HeaderSize = ClassAt + 1;
    private const int LongestRequest = 512;    // bytes; routing token and cookie are short
    private const byte ConnectionRequest = 0xE0;
    private const byte ConnectionConfirm = 0xD0;
    private const ushort Port = 3389;

    // RDP_NEG_REQ, RDP_NEG_RSP, RDP_NEG_FAILURE: type, flags, length (16, little-endian, 8), value (32, little-endian)
    private const int NegotiationSize = 8;
    private const int NegotiationLengthAt = 2;
    private const int NegotiationValueAt = 4;
    private const byte NegotiationRequest = 1;
    private const byte NegotiationResponse = 2;
    private const byte NegotiationFailure = 3;

    // Section 2.2.1.1.1; CredSSP runs in TLS, RDSTLS and RDSAAD too.
    private static readonly string[] Protocols = ["TLS", "CredSSP", "RDSTLS", "CredSSP-EX", "RDSAAD"];

    // Section 2.2.1.2.2
    private static readonly string[] Failures =
    [
        "SSL_REQUIRED_BY_SERVER", "SSL_NOT_ALLOWED_BY_SERVER", "SSL_CERT_NOT_ON_SERVER", "INCONSISTENT_FLAGS", "HYBRID_REQUIRED_BY_SERVER",
        "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
    ];

    private string? _userName;
    private IReadOnlyList<string> _offered = [];
    private string? _security;
    private string? _failure;
    private Upgrade? _upgrade;

    private static ReadOnlySpan<byte> UserCookie => "Cookie: mstshash="u8;

    private static ReadOnlySpan<byte> RoutingCookie => "Cookie: msts="u8;

    /// <inheritdoc/>
    public override string Application => "RDP";

    /// <inheritdoc/>
    public override Upgrade? Upgrade => _upgrade;

    /// <summary>
    /// A request with a cookie or a negotiation, a confirm with its answer. S7 and other users of ISO transport have parameters of their own
    /// there (RFC 905 section 13.3). Without either it is told by the port.
    /// </summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = [TpktVersion, 0];
        int there = Math.Min(bytes.Length, start.Length);
        if (!bytes[..there].SequenceEqual(start[..there]))
        {
            return Match.No;
        }

        if (bytes.Length < HeaderSize)
        {
            return bytes.Length > CodeAt && bytes[CodeAt] is not (ConnectionRequest or ConnectionConfirm) ? Match.No : Match.NeedMore;
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(bytes[TpktLengthAt..]);
        bool fits = size is >= HeaderSize and <= LongestRequest && bytes[IndicatorAt] == size - CodeAt
            && bytes[CodeAt] is ConnectionRequest or ConnectionConfirm && bytes[ClassAt] == 0;
        if (!fits || bytes.Length < size)
        {
            return fits ? Match.NeedMore : Match.No;
        }

        ReadOnlySpan<byte> variable = bytes[HeaderSize..size];
        bool isRequest = bytes[CodeAt] == ConnectionRequest;
        if (variable.IsEmpty)
        {
            return context.Uses(Port) ? Match.Yes : Match.No;
        }

        return isRequest && (variable.StartsWith(UserCookie) || variable.StartsWith(RoutingCookie)) ? Match.Yes
            : TryReadNegotiation(variable, out byte type, out _) && (type == NegotiationRequest) == isRequest ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        for (int at = 0; ;)
        {
            ReadOnlySpan<byte> rest = window[at..];
            if (rest.Length < HeaderSize)
            {
                return new Progress(at, Outcome.More);
            }

            int size = BinaryPrimitives.ReadUInt16BigEndian(rest[TpktLengthAt..]);
            bool isRequest = rest[CodeAt] == ConnectionRequest;
            if (rest[0] != TpktVersion || size is < HeaderSize or > LongestRequest || (!isRequest && rest[CodeAt] != ConnectionConfirm))
            {
                // The rest of the opening is MCS, or the beginning was missed: no names there.
                return new Progress(long.MaxValue, Outcome.Finished);
            }

            if (rest.Length < size)
            {
                return new Progress(at, Outcome.More);
            }

            at += size;
            Changed();
            if (!isRequest)
            {
                ReadConfirm(rest[HeaderSize..size]);
                return new Progress(at, _upgrade is null ? Outcome.Finished : Outcome.Upgraded);
            }

            ReadRequest(rest[HeaderSize..size]);
        }
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new RdpDetails
    {
        UserName = _userName,
        SecurityOffered = _offered,
        Security = _security,
        Failure = _failure,
    };

    private void ReadRequest(ReadOnlySpan<byte> variable)
    {
        int end = variable.IndexOf("\r\n"u8);
        if (end >= 0 && variable.StartsWith("Cookie: "u8))
        {
            if (variable.StartsWith(UserCookie) && end > UserCookie.Length)
            {
                _userName = WireText.Clean(variable[UserCookie.Length..end].TrimEnd((byte)' '));
            }

            variable = variable[(end + "\r\n"u8.Length)..];
        }

        if (TryReadNegotiation(variable, out byte type, out uint offered) && type == NegotiationRequest)
        {
            _offered = [.. Protocols.Where((_, bit) => (offered & (1u << bit)) != 0)];
        }
    }

    private void ReadConfirm(ReadOnlySpan<byte> variable)
    {
        if (!TryReadNegotiation(variable, out byte type, out uint value))
        {
            _security = "RDP";
        }
        else if (type == NegotiationFailure)
        {
            _failure = value > 0 && value <= Failures.Length ? Failures[value - 1] : null;
        }
        else if (type == NegotiationResponse)
        {
            int bit = value == 0 ? -1 : System.Numerics.BitOperations.TrailingZeroCount(value);
            _security = bit < 0 ? "RDP" : bit < Protocols.Length ? Protocols[bit] : null;
            _upgrade = bit < 0 ? null : new Upgrade(context, TlsInspector.Begin(context, inside: "RDP"));
        }
    }

    private static bool TryReadNegotiation(ReadOnlySpan<byte> bytes, out byte type, out uint value)
    {
        if (bytes.Length >= NegotiationSize && bytes[0] is NegotiationRequest or NegotiationResponse or NegotiationFailure
            && BinaryPrimitives.ReadUInt16LittleEndian(bytes[NegotiationLengthAt..]) == NegotiationSize)
        {
            type = bytes[0];
            value = BinaryPrimitives.ReadUInt32LittleEndian(bytes[NegotiationValueAt..]);
            return true;
        }

        type = 0;
        value = 0;
        return false;
    }
}
