namespace NetMonitor.Packets;

/// <summary>
/// What the first byte of a frame is: the link-layer header type, by its number in capture files (LINKTYPE_* of the tcpdump group).
/// </summary>
/// <remarks>
/// Source: https://www.tcpdump.org/linktypes.html. Live handles report DLT_* values, which differ for raw IP only; <c>Capture</c> maps
/// them.
/// </remarks>
public enum LinkType : ushort
{
    /// <summary>BSD loopback: 4-byte address family in the capturing host's byte order.</summary>
    Null = 0,

    /// <summary>IEEE 802.3 Ethernet.</summary>
    Ethernet = 1,

    /// <summary>IEEE 802.5 Token Ring.</summary>
    TokenRing = 6,

    /// <summary>SLIP with the BSD header of 16 bytes.</summary>
    Slip = 8,

    /// <summary>PPP, with or without HDLC framing.</summary>
    Ppp = 9,

    /// <summary>FDDI.</summary>
    Fddi = 10,

    /// <summary>Raw IP by the DLT number that Linux and macOS report live.</summary>
    RawDlt = 12,

    /// <summary>Raw IP by the DLT number of OpenBSD.</summary>
    RawOpenBsd = 14,

    /// <summary>PPP in HDLC-like framing (RFC 1662).</summary>
    PppHdlc = 50,

    /// <summary>PPPoE session packets (RFC 2516).</summary>
    PppEther = 51,

    /// <summary>ATM's LLC encapsulation (RFC 2684).</summary>
    AtmRfc1483 = 100,

    /// <summary>Raw IP; the version nibble tells IPv4 from IPv6.</summary>
    Raw = 101,

    /// <summary>Cisco HDLC.</summary>
    CiscoHdlc = 104,

    /// <summary>IEEE 802.11 without radio information.</summary>
    Ieee80211 = 105,

    /// <summary>Frame Relay (Q.922 with RFC 2427 or Cisco encapsulation).</summary>
    FrameRelay = 107,

    /// <summary>OpenBSD loopback: 4-byte address family in network byte order.</summary>
    Loop = 108,

    /// <summary>What passes OpenBSD's IPsec, before or behind encryption (enc(4)).</summary>
    Enc = 109,

    /// <summary>Linux "cooked" capture, version 1.</summary>
    LinuxSll = 113,

    /// <summary>What a rule of the packet filter PF logged (pflog(4)): OpenBSD, FreeBSD, macOS.</summary>
    PfLog = 117,

    /// <summary>IEEE 802.11 behind a Prism or AVS monitor header.</summary>
    Prism = 119,

    /// <summary>IP over Fibre Channel (RFC 4338).</summary>
    IPOverFibreChannel = 122,

    /// <summary>ATM as SunATM devices give it; counted, not read.</summary>
    SunAtm = 123,

    /// <summary>IEEE 802.11 with a radiotap header.</summary>
    Ieee80211Radiotap = 127,

    /// <summary>ARCNET as Linux gives it.</summary>
    ArcnetLinux = 129,

    /// <summary>Apple's IP over FireWire.</summary>
    AppleIPOverIeee1394 = 138,

    /// <summary>IEEE 802.11 behind an AVS monitor header.</summary>
    Ieee80211Avs = 163,

    /// <summary>PPP in HDLC-like framing whose address is the direction, as Linux's pppd gives it.</summary>
    PppWithPppd = 166,

    /// <summary>USB as Linux gives it; counted, not read.</summary>
    UsbLinux = 189,

    /// <summary>Per-Packet Information header before another link type.</summary>
    Ppi = 192,

    /// <summary>IEEE 802.15.4 with checksum; counted, not read.</summary>
    Ieee802154 = 195,

    /// <summary>Endace's extensible record format, around another link type.</summary>
    Erf = 197,

    /// <summary>Bluetooth HCI with direction; counted, not read.</summary>
    BluetoothHci = 201,

    /// <summary>PPP after one byte of direction.</summary>
    PppWithDirection = 204,

    /// <summary>Cisco HDLC after one byte of direction.</summary>
    CiscoHdlcWithDirection = 205,

    /// <summary>Frame Relay after one byte of direction.</summary>
    FrameRelayWithDirection = 206,

    /// <summary>An MPLS label stack.</summary>
    Mpls = 219,

    /// <summary>USB as Linux gives it, padded header; counted, not read.</summary>
    UsbLinuxMapped = 220,

    /// <summary>IP as Solaris' ipnet devices give it.</summary>
    IPNet = 226,

    /// <summary>Linux SocketCAN; counted, not read.</summary>
    CanSocket = 227,

    /// <summary>Raw IPv4.</summary>
    IPv4 = 228,

    /// <summary>Raw IPv6.</summary>
    IPv6 = 229,

    /// <summary>IEEE 802.15.4 without checksum; counted, not read.</summary>
    Ieee802154NoFcs = 230,

    /// <summary>Linux netfilter log messages.</summary>
    Nflog = 239,

    /// <summary>Ethernet behind the header of Hilscher's netANALYZER.</summary>
    NetAnalyzer = 240,

    /// <summary>Ethernet with its preamble behind that header.</summary>
    NetAnalyzerTransparent = 241,

    /// <summary>IP over InfiniBand (RFC 4391 section 6).</summary>
    IPOverInfiniBand = 242,

    /// <summary>USB as USBPcap gives it; counted, not read.</summary>
    UsbPcap = 249,

    /// <summary>Linux netlink messages; counted, not read.</summary>
    Netlink = 253,

    /// <summary>What macOS says of a packet (process, interface), and the packet.</summary>
    PktAp = 258,

    /// <summary>Ethernet with its preamble (IEEE 802.3br mPackets).</summary>
    EthernetMpacket = 274,

    /// <summary>Linux "cooked" capture, version 2.</summary>
    LinuxSll2 = 276,

    /// <summary>Ethernet with a Broadcom switch tag.</summary>
    DsaTagBroadcom = 281,

    /// <summary>Ethernet behind a Broadcom switch tag.</summary>
    DsaTagBroadcomPrepended = 282,

    /// <summary>Ethernet with a Marvell DSA switch tag.</summary>
    DsaTag = 284,

    /// <summary>Ethernet with a Marvell EDSA switch tag.</summary>
    DsaTagEdsa = 285,
}
