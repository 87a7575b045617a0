using System.Net;
using System.Net.NetworkInformation;
using NetMonitor.Packets;
using PacketDotNet;
using Packet = NetMonitor.Packets.Packet;

namespace NetMonitor.Tests.Packets;

/// <summary>PacketDotNet writes random packets; what we read must be what it was told.</summary>
public class PacketDotNetOracleTests
{
    private const int Rounds = 2000;
    private readonly Random _random = new(2026);
    private readonly PacketDecoder _decoder = new();
    private readonly Packet[] _packets = new Packet[PacketDecoder.MaxDepth];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TcpFieldsAgree(bool isIPv6)
    {
        for (int i = 0; i < Rounds; i++)
        {
            byte[] data = Bytes(_random.Next(0, 200));
            TcpPacket tcp = new(Port(), Port())
            {
                SequenceNumber = (uint)_random.NextInt64(uint.MaxValue),
                AcknowledgmentNumber = (uint)_random.NextInt64(uint.MaxValue),
                WindowSize = Port(),
                Flags = (ushort)_random.Next(256),
                PayloadData = data,
            };
            (byte[] frame, IPPacket ip) = Build(tcp, isIPv6);
            ref Packet packet = ref DecodeOne(frame, ip, isIPv6);
            Assert.Equal(TransportProtocol.TCP, packet.Protocol);
            Assert.Equal((tcp.SourcePort, tcp.DestinationPort), (packet.SourcePort, packet.DestinationPort));
            Assert.Equal((tcp.SequenceNumber, tcp.AcknowledgmentNumber), (packet.Sequence, packet.Acknowledgment));
            Assert.Equal((tcp.WindowSize, (TcpFlags)tcp.Flags), (packet.Window, packet.Flags));
            AssertPayload(data, frame, packet);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UdpFieldsAgree(bool isIPv6)
    {
        for (int i = 0; i < Rounds; i++)
        {
            byte[] data = Bytes(_random.Next(0, 200));
            UdpPacket udp = new(Port(), Port()) { PayloadData = data };
            (byte[] frame, IPPacket ip) = Build(udp, isIPv6);
            ref Packet packet = ref DecodeOne(frame, ip, isIPv6);
            Assert.Equal(TransportProtocol.UDP, packet.Protocol);
            Assert.Equal((udp.SourcePort, udp.DestinationPort), (packet.SourcePort, packet.DestinationPort));
            Assert.Equal((0u, 0u, 0, TcpFlags.None), (packet.Sequence, packet.Acknowledgment, packet.Window, packet.Flags));
            AssertPayload(data, frame, packet);
        }
    }

    [Fact]
    public void ArpFieldsAgree()
    {
        for (int i = 0; i < Rounds; i++)
        {
            IPAddress sender = Address(false);
            IPAddress target = Address(false);
            ArpOperation operation = _random.Next(2) == 0 ? ArpOperation.Request : ArpOperation.Response;
            EthernetPacket ethernet = new(Hardware(), Hardware(), EthernetType.Arp)
            {
                PayloadPacket = new ArpPacket(operation, Hardware(), target, Hardware(), sender),
            };
            byte[] frame = ethernet.Bytes;
            Assert.Equal(1, _decoder.Decode(frame, LinkType.Ethernet, frame.Length, i, _packets));
            Assert.Equal(IPAddressValue.From(sender), _packets[0].Source);
            Assert.Equal(IPAddressValue.From(target), _packets[0].Destination);
            Assert.Equal((int)operation, _packets[0].IcmpType);
            Assert.Equal(operation == ArpOperation.Response, _packets[0].Is(PacketTraits.Response));
            Assert.Equal(28, _packets[0].IpLength);
        }
    }

    [Fact]
    public void HeaderFieldsThatPacketsDoNotCarryAgreeToo()
    {
        for (int i = 0; i < Rounds; i++)
        {
            EthernetPacket ethernet = new(Hardware(), Hardware(), EthernetType.IPv4);
            Assert.True(EthernetHeader.TryParse(ethernet.Bytes, out EthernetHeader read));
            Assert.Equal(ethernet.SourceHardwareAddress.GetAddressBytes(), read.Source.ToArray());
            Assert.Equal(ethernet.DestinationHardwareAddress.GetAddressBytes(), read.Destination.ToArray());

            IPv4Packet ip = new(Address(false), Address(false)) { Id = Port(), FragmentOffset = (ushort)_random.Next(0x2000), FragmentFlags = (ushort)_random.Next(8) };
            Assert.True(IPv4Header.TryParse(ip.Bytes, out IPv4Header header));
            Assert.Equal((ip.Id, ip.FragmentOffset * 8, (ip.FragmentFlags & 1) != 0), (header.Identification, header.FragmentOffset, header.MoreFragments));

            UdpPacket udp = new(Port(), Port()) { Checksum = Port() };
            Assert.True(UdpHeader.TryParse(udp.Bytes, out UdpHeader udpHeader));
            Assert.Equal(udp.Checksum, udpHeader.Checksum);

            TcpPacket tcp = new(Port(), Port()) { UrgentPointer = Port() };
            Assert.True(TcpHeader.TryParse(tcp.Bytes, out TcpHeader tcpHeader));
            Assert.Equal(tcp.UrgentPointer, tcpHeader.UrgentPointer);
            Assert.Equal(tcp.DataOffset * 4, tcpHeader.Size);
        }
    }

    private (byte[] Frame, IPPacket IP) Build(TransportPacket transport, bool isIPv6)
    {
        IPPacket ip = isIPv6 ? new IPv6Packet(Address(true), Address(true)) : new IPv4Packet(Address(false), Address(false));
        ip.TimeToLive = _random.Next(256);
        ip.PayloadPacket = transport;
        EthernetPacket ethernet = new(Hardware(), Hardware(), isIPv6 ? EthernetType.IPv6 : EthernetType.IPv4) { PayloadPacket = ip };
        ethernet.UpdateCalculatedValues();
        ip.UpdateCalculatedValues();
        return ([.. ethernet.Bytes, .. new byte[_random.Next(10)]], ip);
    }

    private ref Packet DecodeOne(byte[] frame, IPPacket ip, bool isIPv6)
    {
        Assert.Equal(1, _decoder.Decode(frame, LinkType.Ethernet, frame.Length, 0, _packets));
        ref Packet packet = ref _packets[0];
        Assert.Equal(IPAddressValue.From(ip.SourceAddress), packet.Source);
        Assert.Equal(IPAddressValue.From(ip.DestinationAddress), packet.Destination);
        Assert.Equal(ip.TimeToLive, packet.HopLimit);
        Assert.Equal((isIPv6 ? IPv6Header.Size : IPv4Header.MinimumSize) + ip.PayloadPacket.Bytes.Length, packet.IpLength);
        Assert.Equal(isIPv6, packet.Is(PacketTraits.IPv6));
        Assert.Equal(Packet.NoVlan, packet.VlanId);
        return ref packet;
    }

    private static void AssertPayload(byte[] data, byte[] frame, Packet packet)
    {
        Assert.Equal(data, frame.AsSpan(packet.PayloadOffset, packet.PayloadLength).ToArray());
        Assert.Equal(data.Length, packet.WirePayloadLength);
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Below the tunnels' ports, which would be looked into.</summary>
    private ushort Port() => (ushort)_random.Next(1, 1700);

    private IPAddress Address(bool isIPv6) => new(Bytes(isIPv6 ? 16 : 4));

    private PhysicalAddress Hardware() => new(Bytes(6));
}
