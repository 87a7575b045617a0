using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>What is known of a flow beyond its counters, a bit each.</summary>
[Flags]
internal enum FlowFlags : ushort
{
    None = 0,

    /// <summary>Side B opened the flow (or is taken to have): it is the originator. Otherwise A.</summary>
    OriginatorIsB = 1,

    /// <summary>The opening was seen, or what was said later tells who opened: the direction is known.</summary>
    OpeningSeen = 2,

    /// <summary>Side B is the local one. Otherwise A.</summary>
    LocalIsB = 4,

    /// <summary>Both ends are loopback addresses.</summary>
    Loopback = 8,

    /// <summary>Inspection has ended or was not wanted: payload is not looked at.</summary>
    InspectionDone = 16,

    /// <summary>The flow carries tunnelled packets, which are flows of their own.</summary>
    CarriesInner = 32,

    /// <summary>The protocol has ports.</summary>
    HasPorts = 64,

    /// <summary>It is answered and open: only what ends it brings its timeout nearer.</summary>
    Settled = 128,

    /// <summary>What the originator sent first is no protocol's that is known. (TCP)</summary>
    OriginatorUnknown = 256,

    /// <summary>The same of the responder.</summary>
    ResponderUnknown = 512,

    /// <summary>An inspection has begun: the table has its object.</summary>
    Inspected = 1024,

    /// <summary>Since the inspection began, what was said has shown that the other side opened the connection: the inspection calls the sides the other way round.</summary>
    Turned = 2048,

    /// <summary>Another connection announced it, for the data of FTP.</summary>
    FtpData = 4096,
}

/// <summary>A pair of values, one for each side of a flow; side 0 is A, side 1 is B, and there is no other.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BySide<T>
    where T : unmanaged
{
    public T A;
    public T B;

    public readonly T this[int side] => side == 0 ? A : B;

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At(int side) => ref Unsafe.Add(ref A, side); // No branch: who sends next cannot be foretold.
}

/// <summary>One flow of the table: what every packet touches, in exactly two cache lines.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct FlowEntry
{
    /// <summary>Bytes: two lines of 64.</summary>
    public const int Size = 128;

    public FlowKey Key;

    /// <summary>The upper half of the key's hash, as the table's index holds it; 0 for an unused entry.</summary>
    public uint Hash;
    public FlowFlags Flags;

    /// <summary>ICMP, IGMP type or ARP operation of the last packet.</summary>
    public byte LastType;
    public byte LastCode;

    /// <summary>Nanoseconds since 1970 of the last packet.</summary>
    public long Last;

    /// <summary>By sender, at IP level.</summary>
    public BySide<long> Bytes;

    /// <summary>Transport payload by sender, as the headers say.</summary>
    public BySide<long> Payload;

    /// <summary>IP packets by sender.</summary>
    public BySide<long> Packets;
    public RateWindow Rates;

    public readonly int Originator => (Flags & FlowFlags.OriginatorIsB) != 0 ? 1 : 0;

    public readonly int LocalSide => (Flags & FlowFlags.LocalIsB) != 0 ? 1 : 0;

    /// <summary>True when all bits of <paramref name="flags"/> are set.</summary>
    public readonly bool Is(FlowFlags flags) => (Flags & flags) == flags;

    /// <summary>A becomes B: the key's endpoints are in the other order now.</summary>
    public void SwapSides()
    {
        Flags ^= FlowFlags.OriginatorIsB | FlowFlags.LocalIsB;
        (Bytes.A, Bytes.B) = (Bytes.B, Bytes.A);
        (Payload.A, Payload.B) = (Payload.B, Payload.A);
        (Packets.A, Packets.B) = (Packets.B, Packets.A);
        Rates.SwapSides();
    }
}

/// <summary>What a flow's first packet said: read by snapshots.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct FlowOrigin
{
    /// <summary>Nanoseconds since 1970 of the first packet.</summary>
    public long First;
    public ushort InterfaceId;
    public ushort VlanId;
    public TunnelKind Tunnel;

    /// <summary>Type and code of the first ICMP packet, which Community ID hashes.</summary>
    public byte IcmpType;
    public byte IcmpCode;

    // Filled in later, once (Monitoring/FlowNames).

    /// <summary>True when <see cref="Scope"/> and <see cref="FlowLabels.Place"/> were looked for.</summary>
    public bool IsPlaced;
    public AddressScope Scope;
}

/// <summary>What a flow's remote host is called and where it is: of many flows nothing.</summary>
internal struct FlowLabels
{
    public Place? Place;

    /// <summary>The name that the local side had looked up for the remote one, or null.</summary>
    public string? Name;
}
