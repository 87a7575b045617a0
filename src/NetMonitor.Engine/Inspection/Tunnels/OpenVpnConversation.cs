using NetMonitor.Inspection.Tls;
using NetMonitor.Packets;

namespace NetMonitor.Inspection.Tunnels;

/// <summary>
/// What the packets of an OpenVPN connection tell, whatever carries them: the resets of both sides, then the TLS handshake of the control channel where that is not
/// encrypted (openvpn-rfc, section "Reliability layer"; reliable.c and ssl_pkt.h of its source).
/// </summary>
internal sealed class OpenVpnConversation(FlowContext context)
{
    public const string Application = "OpenVPN";

    private const int PacketsUntilAnswer = 16;   // a client repeats its reset while nobody answers
    private const int MostPackets = 256;

    private readonly FlowContext _context = context;
    private readonly OpenVpnFlow _originator = new();
    private readonly OpenVpnFlow _responder = new();
    private TlsInspector? _tls;
    private ApplicationDetails? _told; // by the handshake, once it is over
    private string? _channel;
    private string? _client;
    private string? _server;
    private int _signature = -1;       // bytes before the acknowledgments: none, or those of tls-auth; negative before a reset
    private bool _heardOriginator;
    private bool _heardResponder;
    private int _packets;
    private int _revision;

    /// <summary>Grows when something was learned.</summary>
    public int Revision => _revision + (_tls?.Revision ?? 0);

    /// <summary>Reads a packet.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="packet">From its opcode on.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    /// <returns>False when nothing more can be learned.</returns>
    public bool Read(Side from, ReadOnlySpan<byte> packet, long timestamp)
    {
        _heardOriginator |= from == Side.Originator;
        _heardResponder |= from == Side.Responder;
        bool isAnswered = _heardOriginator && _heardResponder;
        bool isOver = ++_packets >= (isAnswered ? MostPackets : PacketsUntilAnswer);
        if (OpenVpnReset.TryParse(packet, out OpenVpnReset reset))
        {
            Read(reset);
        }
        else if (OpenVpnPacket.IsData(packet))
        {
            isOver |= isAnswered; // The keys are agreed upon.
        }
        else if (_signature >= 0 && OpenVpnPacket.TryParse(packet, _signature, out OpenVpnPacket control))
        {
            _tls ??= TlsInspector.Begin(_context, Application);
            isOver |= !(from == Side.Originator ? _originator : _responder).Read(from, control, _tls, timestamp);
        }

        isOver |= _signature < 0 && _client is not null && _server is not null; // The rest is encrypted.
        return !isOver;
    }

    /// <summary>True when something of the handshake of TLS was seen.</summary>
    public bool SawHandshake => Handshake is not null;

    public ApplicationDetails? ToDetails() =>
        FlowInspection.Join(Handshake, new OpenVpnDetails { ControlChannel = _channel, ClientSession = _client, ServerSession = _server });

    /// <summary>Nothing more comes.</summary>
    public void Release()
    {
        _originator.Release();
        _responder.Release();
        if (_tls is { } tls)
        {
            tls.Release();
            _revision += tls.Revision;
            _told = tls.Revision > 0 ? tls.Remains().GetDetails(keep: false) : null;
            _tls = null;
        }
    }

    private ApplicationDetails? Handshake => _tls is { Revision: > 0 } ? _tls.Details : _told;

    private void Read(in OpenVpnReset reset)
    {
        ref string? session = ref reset.IsClient ? ref _client : ref _server;
        string text = Convert.ToHexStringLower(reset.Session);
        _revision += session == text ? 0 : 1;
        session = text;
        if (_channel is null)
        {
            _channel = reset.ControlChannel;
            _signature = reset.SignatureSize;
        }
    }
}

/// <summary>The TLS bytes that one side sent in control packets, put in order by the packets' numbers.</summary>
internal sealed class OpenVpnFlow
{
    private const int Ahead = 8;     // packets that may be on their way (reliable.h: RELIABLE_CAPACITY is 12)
    private const uint FirstNumber = 1; // 0 is the reset

    private readonly byte[]?[] _waiting = new byte[]?[Ahead];
    private readonly StreamReassembler _stream = StreamReassembler.FromZero();
    private uint _next = FirstNumber;
    private uint _offset;

    /// <summary>Reads a packet and those that had waited for it.</summary>
    /// <returns>False when nothing more can be learned.</returns>
    public bool Read(Side from, in OpenVpnPacket packet, TlsInspector tls, long timestamp)
    {
        uint ahead = packet.Number - _next;
        if (ahead >= Ahead)
        {
            return true; // It came before, or is no number that its sender can have reached.
        }

        if (ahead > 0)
        {
            _waiting[packet.Number % Ahead] ??= packet.Payload.ToArray();
            return true;
        }

        bool more = Push(from, packet.Payload, tls, timestamp);
        while (more && _waiting[++_next % Ahead] is { } waiting)
        {
            _waiting[_next % Ahead] = null;
            more = Push(from, waiting, tls, timestamp);
        }

        return more;
    }

    public void Release()
    {
        _stream.Release();
        Array.Clear(_waiting);
    }

    private bool Push(Side from, ReadOnlySpan<byte> payload, TlsInspector tls, long timestamp)
    {
        ReadOnlySpan<byte> window = _stream.Push(_offset, TcpFlags.None, payload, payload.Length);
        _offset += (uint)payload.Length;
        while (!window.IsEmpty)
        {
            Progress progress = tls.Inspect(from, window, timestamp);
            if (progress.Outcome != Outcome.More)
            {
                return false;
            }

            window = _stream.Advance(window, progress.Consumed);
        }

        return !_stream.IsAtEnd;
    }
}
