using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>Link types as files and as live handles number them (https://www.tcpdump.org/linktypes.html), reduced to the one numbering the engine uses.</summary>
internal static class LinkTypes
{
    // Raw IP has number 101 in files, but handles report 12 (Linux, macOS, FreeBSD, Windows) or 14 (BSD/OS, OpenBSD); some writers put those into files too.
    private const int DltRaw = 12;
    private const int DltRawOpenBsd = 14;

    public static LinkType FromFile(ushort number) => number is DltRaw or DltRawOpenBsd ? LinkType.Raw : (LinkType)number;

    public static LinkType FromDlt(int number) => FromFile((ushort)number);

    /// <summary>The number by which libpcap's functions know a link type.</summary>
    public static int ToDlt(LinkType link) => link != LinkType.Raw ? (int)link : DltRaw;

    /// <summary>The snap length as an int; values beyond it mean "no limit" as 0 does.</summary>
    public static int SnapLength(uint value) => value > int.MaxValue ? 0 : (int)value;
}
