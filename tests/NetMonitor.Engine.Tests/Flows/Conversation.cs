using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Monitoring;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

/// <summary>Feeds a shard the packets of made-up conversations: two hosts, a clock that tests move, sequence numbers kept for both.</summary>
internal sealed class Conversation
{
    public const long Second = 1_000_000_000;
    public const long Millisecond = 1_000_000;
    public const string Client = "192.0.2.10";
    public const string Server = "198.51.100.20";
    private const int Headers = 40; // IPv4 and TCP without options

    private readonly Dealer _dealer = new(shards: 1, seed: 1);
    private readonly FrameBatch _frames = new(capacity: 1 << 17);
    private readonly PacketBatch _batch = new() { Count = 1 };
    private uint _clientNext = 1000;
    private uint _serverNext = 5000;

    public Conversation(string? local = Client, int flowLimit = int.MaxValue, int historyLimit = int.MaxValue, bool inspect = true, TimeoutPolicy? policy = null, bool keepsAll = false, bool isLive = false)
    {
        Shard = new Shard(new ShardSettings
        {
            LocalAddresses = new Local(local),
            InterfaceName = _ => "test0",
            FlowLimit = flowLimit,
            HistoryLimit = historyLimit,
            Inspect = inspect,
            KeepsAll = keepsAll,
            IsLive = isLive,
            Policy = policy ?? TimeoutPolicy.Default,
            Seed = 1,
        });
    }

    public Shard Shard { get; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long Now { get; set; } = 1_700_000_000 * Second;

    public ushort ClientPort { get; set; } = 50000;

    public ushort ServerPort { get; set; } = 443;

    public NetConnection Only => Assert.Single(Rows());

    public List<NetConnection> Rows(bool historic = false)
    {
        var rows = new List<NetConnection>();
        Shard.Snapshot(rows, filter: null, loopback: true, historic, Now);
        return rows;
    }

    public Conversation Wait(long nanoseconds)
    {
        Now += nanoseconds;
        return this;
    }

    public Conversation FromClient(TcpFlags flags, int payload = 0, bool again = false) => Tcp(fromClient: true, flags, payload, again);

    public Conversation FromServer(TcpFlags flags, int payload = 0, bool again = false) => Tcp(fromClient: false, flags, payload, again);

    public Conversation Handshake() => FromClient(TcpFlags.Syn).Wait(20 * Millisecond).FromServer(TcpFlags.Syn | TcpFlags.Ack)
        .Wait(Millisecond).FromClient(TcpFlags.Ack);

    /// <summary>A new initial sequence number for the next SYN.</summary>
    public Conversation Reopen()
    {
        _clientNext += 1_000_000;
        _serverNext += 1_000_000;
        return this;
    }

    /// <summary>Counts both SYNs as sent, for those who sent them with <see cref="Segment"/>.</summary>
    public void SkipHandshake()
    {
        _clientNext++;
        _serverNext++;
    }

    /// <summary>A segment with numbers of one's own.</summary>
    public void Segment(bool fromClient, TcpFlags flags, uint sequence, uint acknowledgment, int payload, ushort window = ushort.MaxValue)
    {
        Feed(new Packet
        {
            Source = Address(fromClient ? Client : Server),
            Destination = Address(fromClient ? Server : Client),
            SourcePort = fromClient ? ClientPort : ServerPort,
            DestinationPort = fromClient ? ServerPort : ClientPort,
            Protocol = TransportProtocol.TCP,
            Traits = PacketTraits.HasPorts,
            Flags = flags,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            Window = window,
            IpLength = Headers + payload,
            IpPackets = 1,
            PayloadLength = 0,
            WirePayloadLength = payload,
            VlanId = Packet.NoVlan,
            Timestamp = Now,
        });
    }

    public Conversation Udp(bool fromClient, int payload)
    {
        Feed(new Packet
        {
            Source = Address(fromClient ? Client : Server),
            Destination = Address(fromClient ? Server : Client),
            SourcePort = fromClient ? ClientPort : ServerPort,
            DestinationPort = fromClient ? ServerPort : ClientPort,
            Protocol = TransportProtocol.UDP,
            Traits = PacketTraits.HasPorts,
            IpLength = 28 + payload,
            IpPackets = 1,
            WirePayloadLength = payload,
            VlanId = Packet.NoVlan,
            Timestamp = Now,
        });
        return this;
    }

    /// <summary>A TCP segment or UDP datagram whose payload is there to be inspected.</summary>
    public Conversation Data(bool fromClient, ReadOnlySpan<byte> payload, TransportProtocol protocol = TransportProtocol.TCP)
    {
        payload.CopyTo(_frames.Buffer);
        bool isTcp = protocol == TransportProtocol.TCP;
        ref uint own = ref fromClient ? ref _clientNext : ref _serverNext;
        Feed(new Packet
        {
            Source = Address(fromClient ? Client : Server),
            Destination = Address(fromClient ? Server : Client),
            SourcePort = fromClient ? ClientPort : ServerPort,
            DestinationPort = fromClient ? ServerPort : ClientPort,
            Protocol = protocol,
            Traits = PacketTraits.HasPorts,
            Flags = isTcp ? TcpFlags.Ack : 0,
            Sequence = isTcp ? own : 0,
            Acknowledgment = !isTcp ? 0 : fromClient ? _serverNext : _clientNext,
            IpLength = Headers + payload.Length,
            IpPackets = 1,
            PayloadLength = payload.Length,
            WirePayloadLength = payload.Length,
            VlanId = Packet.NoVlan,
            Timestamp = Now,
        });
        own += (uint)payload.Length;
        return this;
    }

    public void Feed(Packet packet)
    {
        _batch.Packets[0] = packet;
        _batch.Routes[0].Key = FlowKey.Of(packet, out int sender);
        _batch.Routes[0].Hash = _batch.Routes[0].Key.Hash(1);
        _batch.Routes[0].Sender = (byte)sender;
        Shard.Process(_batch, _frames);
    }

    /// <summary>Feeds captured frames through the decoder, as a source would.</summary>
    public void Frames(LinkType link, params ReadOnlySpan<byte[]> frames)
    {
        var deal = new Deal(shards: 1);
        int at = 0;
        foreach (byte[] frame in frames)
        {
            frame.CopyTo(deal.Frames.Buffer, at);
            deal.Frames.Frames[deal.Frames.Count++] = new FrameRecord
            {
                Offset = at,
                CapturedLength = frame.Length,
                WireLength = frame.Length,
                Timestamp = Now,
                LinkType = link,
            };
            at += frame.Length;
        }

        _dealer.Play(deal, 0, deal.Frames.Count);
        Shard.Process(deal.Hands[0], deal.Frames);
    }

    public static IPAddressValue Address(string text) => IPAddressValue.From(System.Net.IPAddress.Parse(text));

    private Conversation Tcp(bool fromClient, TcpFlags flags, int payload, bool again)
    {
        ref uint own = ref fromClient ? ref _clientNext : ref _serverNext;
        uint length = (uint)payload + ((flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0);
        uint sequence = again ? own - length : own;
        Segment(fromClient, flags, sequence, (flags & TcpFlags.Ack) != 0 ? (fromClient ? _serverNext : _clientNext) : 0, payload);
        if (!again)
        {
            own += length;
        }

        return this;
    }

    private sealed class Local(string? address) : ILocalAddresses
    {
        public bool IsLocal(IPAddressValue candidate) => address is not null && candidate == Address(address);
    }
}
