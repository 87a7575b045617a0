using System.Globalization;
using System.Runtime.CompilerServices;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Inspection;

/// <summary>Feeds a <see cref="FlowInspection"/> as the flow table would.</summary>
internal sealed class Conversation
{
    public const uint ClientStart = 0xFFFF_FF00; // close to the wrap on purpose
    public const uint ServerStart = 7;
    private readonly Recording? _recording;
    private readonly FlowContext _context;
    private uint _client = ClientStart;
    private uint _server = ServerStart;
    private long _time = 1_700_000_000_000_000_000;

    public Conversation(ushort port = 443, TransportProtocol protocol = TransportProtocol.TCP, ushort clientPort = 50_000, bool handshake = true,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        _context = new(protocol, clientPort, port);
        Flow = new FlowInspection(_context);
        _recording = Recording.Begin(_context, handshake, (file, line));
        if (handshake && protocol == TransportProtocol.TCP)
        {
            Flow.Segment(Side.Originator, _client++, TcpFlags.Syn, default, 0, _time);
            Flow.Segment(Side.Responder, _server++, TcpFlags.Syn | TcpFlags.Ack, default, 0, _time);
        }
    }

    public FlowInspection Flow { get; }

    public Conversation Client(ReadOnlySpan<byte> bytes, int wireLength = -1) => Send(Side.Originator, ref _client, bytes, wireLength);

    public Conversation Server(ReadOnlySpan<byte> bytes, int wireLength = -1) => Send(Side.Responder, ref _server, bytes, wireLength);

    /// <summary>Sends the bytes in pieces of one byte.</summary>
    public Conversation Drip(Side from, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            _ = from == Side.Originator ? Client(bytes.Slice(i, 1)) : Server(bytes.Slice(i, 1));
        }

        return this;
    }

    public Conversation Datagram(Side from, ReadOnlySpan<byte> bytes, long after = 1_000_000)
    {
        _time += after;
        _recording?.Add(from, bytes);
        DatagramFirst.Check(_context, from, bytes);
        Flow.Datagram(from, bytes, _time);
        return this;
    }

    public Conversation Close()
    {
        Flow.Close();
        return this;
    }

    /// <summary>Everything the flow says but how long its handshake and its answers took, as text: equal flows say the same, in however many pieces they come.</summary>
    public static string Tell(FlowInspection flow) => string.Join('\n', flow.Application, flow.Confidence, flow.State, Tell(flow.Details));

    public static string Tell(ApplicationDetails? details)
    {
        details = details switch
        {
            QuicDetails quic => quic with { HandshakeRtt = null },
            TlsDetails tls => tls with { ServerHelloTime = null },
            HttpDetails http => http with { TimeToFirstByte = null },
            Http2Details http => http with { TimeToFirstByte = null },
            _ => details,
        };
        details = details?.Outer is Http2Details outer ? details with { Outer = outer with { TimeToFirstByte = null } }
            : details?.Outer is HttpDetails first ? details with { Outer = first with { TimeToFirstByte = null } } : details;
        if (details is null)
        {
            return "nothing";
        }

        IEnumerable<string> properties = details.GetType().GetProperties().Where(p => p.Name != "EqualityContract").OrderBy(p => p.Name)
            .Select(p => $"{p.Name}={Tell(p.GetValue(details))}");
        return $"{details.GetType().Name} {{ {string.Join("; ", properties)} }} {details}";
    }

    private static string Tell(object? value) => value switch
    {
        ApplicationDetails inner => Tell(inner),
        string text => text,
        System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object>())}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private Conversation Send(Side from, ref uint sequence, ReadOnlySpan<byte> bytes, int wireLength)
    {
        wireLength = wireLength < 0 ? bytes.Length : wireLength;
        _recording?.Add(from, bytes);
        Flow.Segment(from, sequence, TcpFlags.Ack | TcpFlags.Psh, bytes, wireLength, _time += 1_000_000);
        sequence += (uint)wireLength;
        return this;
    }
}
