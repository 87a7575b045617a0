using System.Buffers.Binary;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>
/// An OpenVPN packet that opens a session (openvpn-rfc, section "Packet format"; ssl_pkt.h of its source for the wrapping): opcode and
/// key id in a byte, session id, then by the kind of protection. All its numbers are known then: the first packet of the session.
/// </summary>
internal readonly ref struct OpenVpnReset
{
    public const int OpcodeShift = 3;
    private const byte KeyIdMask = 7;
    private const byte ClientReset2 = 7;
    private const byte ServerReset2 = 8;
    private const byte ClientReset3 = 10;
    private const int SessionAt = 1;
    public const int SessionSize = 8;           // bytes
    public const int BodyAt = SessionAt + SessionSize;
    private const int PlainClientSize = BodyAt + 1 + 4;                            // no acknowledgments, packet id
    private const int PlainServerSize = BodyAt + 1 + 4 + SessionSize + 4;          // one acknowledgment with the client's session
    private const int ReplaySize = 8;           // packet id and time of tls-auth and tls-crypt
    private const int CryptTagSize = 32;        // HMAC-SHA-256
    private const uint FirstPacket = 1;
    private const uint FirstPacketNegotiating = 0x0F000001; // OpenVPN 2.6: the client can resend its key in the next packet
    private const uint NegotiatingMask = 0x0000FFFF;        // what is above has been other flags in development versions
    private const uint PlausibleTime = 0x3A000000;          // the year 2000; seconds since 1970

    private static ReadOnlySpan<byte> HmacSizes => [16, 20, 28, 32, 48, 64]; // MD5, SHA-1, SHA-2

    public bool IsClient { get; private init; }

    public string ControlChannel { get; private init; }

    public ReadOnlySpan<byte> Session { get; private init; }

    /// <summary>Bytes of tls-auth between session id and acknowledgments; 0 without; negative where all behind the session id is encrypted.</summary>
    public int SignatureSize { get; private init; }

    /// <summary>Smallest packet: framing over TCP begins with its length.</summary>
    public static int Smallest => PlainClientSize;

    /// <summary>Largest packet: a client key of tls-crypt-v2 has at most 1,024 bytes.</summary>
    public static int Largest => BodyAt + ReplaySize + CryptTagSize + 5 + 1024;

    /// <summary>True when a packet may begin with this byte.</summary>
    public static bool MayBegin(byte first) => (first & KeyIdMask) == 0 && first >> OpcodeShift is ClientReset2 or ServerReset2 or ClientReset3;

    public static bool TryParse(ReadOnlySpan<byte> packet, out OpenVpnReset reset)
    {
        reset = default;
        if (packet.Length < PlainClientSize || !MayBegin(packet[0]) || packet.Slice(SessionAt, SessionSize).Count((byte)0) > 3)
        {
            return false;
        }

        int opcode = packet[0] >> OpcodeShift;
        bool isClient = opcode != ServerReset2;
        string? channel = opcode == ClientReset3
            ? IsEncryptedWithKey(packet) ? "tls-crypt-v2" : null
            : IsPlain(packet, isClient) ? "none" : IsAuthenticated(packet, isClient) ? "tls-auth" : IsEncrypted(packet, isClient) ? "tls-crypt" : null;
        if (channel is null)
        {
            return false;
        }

        reset = new OpenVpnReset
        {
            IsClient = isClient,
            ControlChannel = channel,
            Session = packet.Slice(SessionAt, SessionSize),
            SignatureSize = channel is "none" or "tls-auth" ? packet.Length - PlainSize(isClient) : -1,
        };
        return true;
    }

    private static int PlainSize(bool isClient) => isClient ? PlainClientSize : PlainServerSize;

    /// <summary>Behind the session id of both plain and tls-auth: acknowledgments, and packet id 0.</summary>
    private static bool IsOpening(ReadOnlySpan<byte> body, bool isClient) => BinaryPrimitives.ReadUInt32BigEndian(body[^4..]) == 0
        && (isClient ? body[0] == 0 : body[0] == 1 && BinaryPrimitives.ReadUInt32BigEndian(body[1..]) <= 1);

    private static bool IsFirst(ReadOnlySpan<byte> replay) =>
        BinaryPrimitives.ReadUInt32BigEndian(replay) is FirstPacket or FirstPacketNegotiating
        && BinaryPrimitives.ReadUInt32BigEndian(replay[4..]) >= PlausibleTime;

    private static bool IsPlain(ReadOnlySpan<byte> packet, bool isClient) =>
        packet.Length == PlainSize(isClient) && IsOpening(packet[BodyAt..], isClient);

    private static bool IsAuthenticated(ReadOnlySpan<byte> packet, bool isClient)
    {
        int hmac = packet.Length - PlainSize(isClient) - ReplaySize;
        return hmac > 0 && hmac <= byte.MaxValue && HmacSizes.Contains((byte)hmac) && IsFirst(packet[(BodyAt + hmac)..])
            && IsOpening(packet[(BodyAt + hmac + ReplaySize)..], isClient);
    }

    /// <summary>tls-crypt-v2: as below, then the client's wrapped key, whose length is its own last two bytes.</summary>
    private static bool IsEncryptedWithKey(ReadOnlySpan<byte> packet)
    {
        const int Size = PlainClientSize + ReplaySize + CryptTagSize;
        return packet.Length > Size && BinaryPrimitives.ReadUInt16BigEndian(packet[^2..]) == packet.Length - Size
            && (BinaryPrimitives.ReadUInt32BigEndian(packet[BodyAt..]) & NegotiatingMask) == FirstPacket;
    }

    private static bool IsEncrypted(ReadOnlySpan<byte> packet, bool isClient) =>
        packet.Length == PlainSize(isClient) + ReplaySize + CryptTagSize && IsFirst(packet[BodyAt..]);
}

/// <summary>A packet of the control channel with a part of the TLS handshake (P_CONTROL_V1).</summary>
internal readonly ref struct OpenVpnPacket
{
    private const byte Control = 4;
    private const byte Data1 = 6;
    private const byte Data2 = 9;
    private const int AckSize = 4;  // bytes
    private const int MostAcks = 8; // reliable.h: RELIABLE_ACK_SIZE

    /// <summary>Of the sender's packets, from 0.</summary>
    public uint Number { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>True when what is tunnelled has begun.</summary>
    public static bool IsData(ReadOnlySpan<byte> packet) => !packet.IsEmpty && packet[0] >> OpenVpnReset.OpcodeShift is Data1 or Data2;

    /// <summary>Reads a packet of the first session.</summary>
    /// <param name="packet">From its opcode on.</param>
    /// <param name="signature">Bytes between session id and acknowledgments.</param>
    /// <param name="control">The result.</param>
    public static bool TryParse(ReadOnlySpan<byte> packet, int signature, out OpenVpnPacket control)
    {
        control = default;
        int acksAt = OpenVpnReset.BodyAt + signature;
        if (packet.Length <= acksAt || packet[0] != Control << OpenVpnReset.OpcodeShift || packet[acksAt] > MostAcks)
        {
            return false;
        }

        int numberAt = acksAt + 1 + (packet[acksAt] == 0 ? 0 : (packet[acksAt] * AckSize) + OpenVpnReset.SessionSize);
        WireReader reader = new(packet[Math.Min(numberAt, packet.Length)..]);
        if (!reader.TryReadUInt32(out uint number))
        {
            return false;
        }

        control = new OpenVpnPacket { Number = number, Payload = reader.Rest };
        return true;
    }
}
