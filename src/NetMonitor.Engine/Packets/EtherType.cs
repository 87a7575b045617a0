namespace NetMonitor.Packets;

/// <summary>
/// What an Ethernet frame carries (IEEE 802 numbers, listed by IANA as "ETHER TYPES"): those that are looked into, and the names of the
/// rest.
/// </summary>
internal static class EtherType
{
    /// <summary>Smaller values are the length of an LLC frame (IEEE 802.3 clause 3.2.6).</summary>
    public const ushort SmallestType = 0x0600;

    public const ushort IPv4 = 0x0800;
    public const ushort Arp = 0x0806;
    public const ushort CiscoDiscovery = 0x2000;
    public const ushort ErspanIII = 0x22EB;
    public const ushort TransparentEthernet = 0x6558;
    public const ushort CustomerVlan = 0x8100;
    public const ushort IPv6 = 0x86DD;
    public const ushort Ppp = 0x880B;
    public const ushort Wccp = 0x883E;
    public const ushort MplsUnicast = 0x8847;
    public const ushort MplsMulticast = 0x8848;
    public const ushort PppoeDiscovery = 0x8863;
    public const ushort PppoeSession = 0x8864;
    public const ushort ServiceVlan = 0x88A8;
    public const ushort FabricPath = 0x8903;
    public const ushort CiscoMetaData = 0x8909;
    public const ushort VnTag = 0x8926;
    public const ushort BridgePortExtension = 0x893F;
    public const ushort ErspanII = 0x88BE;
    public const ushort ProviderBackbone = 0x88E7;
    public const ushort OldServiceVlan = 0x9100;

    /// <summary>True for the tags of IEEE 802.1Q and 802.1ad, and the 0x9100 that was used for outer tags before 802.1ad.</summary>
    public static bool IsVlan(ushort type) => type is CustomerVlan or ServiceVlan or OldServiceVlan;

    /// <summary>
    /// True for what a frame that is an Ethernet frame is likely to carry; used where only a guess tells a frame from something else.
    /// </summary>
    public static bool IsLookedInto(ushort type) =>
        type is IPv4 or IPv6 or Arp or MplsUnicast or MplsMulticast or PppoeSession || IsVlan(type);

    /// <summary>The usual short name, or null.</summary>
    public static string? NameOf(int type) => type switch
    {
        0x0842 => "Wake-on-LAN",
        CiscoDiscovery => "CDP",
        0x2001 => "NHRP over Cisco HDLC",
        0x2003 => "VTP",
        0x2004 => "DTP",
        0x6002 => "DEC MOP",
        0x6003 => "DECnet",
        0x8035 => "RARP",
        0x809B => "AppleTalk",
        0x80F3 => "AARP",
        0x8137 => "IPX",
        0x8808 => "Ethernet flow control",
        0x8809 => "Slow protocols (LACP)",
        Ppp => "PPP",
        PppoeDiscovery => "PPPoE discovery",
        PppoeSession => "PPPoE session",
        0x886D => "Intel ANS",
        0x8870 => "Jumbo LLC",
        0x887B => "HomePlug 1.0",
        0x888E => "EAPOL",
        0x8892 => "PROFINET",
        0x88A2 => "ATA over Ethernet",
        0x88A4 => "EtherCAT",
        0x88AB => "POWERLINK",
        0x88B8 => "GOOSE",
        0x88BA => "IEC 61850 sampled values",
        0x88C7 => "RSN pre-authentication",
        0x88CA => "TIPC",
        0x88CC => "LLDP",
        0x88E1 => "HomePlug AV",
        0x88E5 => "MACsec",
        0x88F5 => "MVRP",
        0x88F7 => "PTP",
        0x88FB => "PRP",
        0x8902 => "CFM",
        0x8906 => "FCoE",
        0x8914 => "FIP",
        0x8915 => "RoCE",
        0x893A => "IEEE 1905.1",
        0x8940 => "ECP",
        0x894F => "NSH",
        0x9000 => "Loopback test",
        _ => null,
    };
}
