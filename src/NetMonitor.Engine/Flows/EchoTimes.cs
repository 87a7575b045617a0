using System.Runtime.CompilerServices;

namespace NetMonitor.Flows;

/// <summary>Times the echo requests of one ICMP or ICMPv6 flow (RFC 792, RFC 4443 section 4): a reply answers the request with its identifier
/// and sequence number.</summary>
internal sealed class EchoTimes
{
    /// <summary>Requests under way that are remembered; an older one is not timed (docs/limits.md).</summary>
    public const int UnderWay = 8;

    private Requests _requests;
    private int _next;

    /// <summary>Of the last request that was answered, nanoseconds; null before one was.</summary>
    public long? Last { get; private set; }

    /// <summary>A request was seen.</summary>
    /// <param name="id">Identifier and sequence number.</param>
    /// <param name="side">Who sent it.</param>
    /// <param name="timestamp">Nanoseconds since 1970.</param>
    public void Ask(uint id, int side, long timestamp)
    {
        _requests[_next] = new Request(id, side, timestamp, IsOpen: true);
        _next = (_next + 1) % UnderWay;
    }

    /// <summary>A reply was seen. A second one to the same request says nothing.</summary>
    public void Answer(uint id, int side, long timestamp)
    {
        for (int i = 0; i < UnderWay; i++)
        {
            if (_requests[i] is { IsOpen: true } request && request.Id == id && request.Side != side && timestamp >= request.Timestamp)
            {
                Last = timestamp - request.Timestamp;
                _requests[i] = default;
                return;
            }
        }
    }

    private readonly record struct Request(uint Id, int Side, long Timestamp, bool IsOpen);

    [InlineArray(UnderWay)]
    private struct Requests
    {
        private Request _first;
    }
}
