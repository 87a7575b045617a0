namespace NetMonitor.Packets;

/// <summary>What the first byte of a frame is: the link-layer header type, by its number in capture files (LINKTYPE_* of the tcpdump group).</summary>
/// <remarks>Source: https://www.tcpdump.org/linktypes.html. Live handles report DLT_* values, which differ for raw IP only; <c>Capture</c> maps them.</remarks>
public enum LinkType : ushort
{
    /// <summary>BSD loopback: 4-byte address family in the capturing host's byte order.</summary>
    Null = 0,

    /// <summary>IEEE 802.3 Ethernet.</summary>
    Ethernet = 1,

    /// <summary>PPP, with or without HDLC framing.</summary>
    Ppp = 9,

    /// <summary>Raw IP by the DLT number that Linux and macOS report live.</summary>
    RawDlt = 12,

    /// <summary>PPP in HDLC-like framing (RFC 1662).</summary>
    PppHdlc = 50,

    /// <summary>PPPoE session packets (RFC 2516).</summary>
    PppEther = 51,

    /// <summary>Raw IP; the version nibble tells IPv4 from IPv6.</summary>
    Raw = 101,

    /// <summary>Cisco HDLC.</summary>
    CiscoHdlc = 104,

    /// <summary>IEEE 802.11 without radio information.</summary>
    Ieee80211 = 105,

    /// <summary>OpenBSD loopback: 4-byte address family in network byte order.</summary>
    Loop = 108,

    /// <summary>Linux "cooked" capture, version 1.</summary>
    LinuxSll = 113,

    /// <summary>IEEE 802.11 with a radiotap header.</summary>
    Ieee80211Radiotap = 127,

    /// <summary>Raw IPv4.</summary>
    IPv4 = 228,

    /// <summary>Raw IPv6.</summary>
    IPv6 = 229,

    /// <summary>Linux "cooked" capture, version 2.</summary>
    LinuxSll2 = 276,
}
