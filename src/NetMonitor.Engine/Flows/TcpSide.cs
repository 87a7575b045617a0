using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>What one side of a TCP connection has done, a bit each. The low six are what <see cref="TcpStateTable"/> looks at.</summary>
[Flags]
internal enum TcpSideFlags : ushort
{
    None = 0,

    /// <summary>Sent a SYN.</summary>
    Syn = 1,

    /// <summary>Its SYN was acknowledged by the other side.</summary>
    SynAcked = 2,

    /// <summary>Sent a FIN.</summary>
    Fin = 4,

    /// <summary>Its FIN was acknowledged by the other side.</summary>
    FinAcked = 8,

    /// <summary>Sent its FIN after it had acknowledged the other side's: it closed second.</summary>
    FinSecond = 16,

    /// <summary>Sent a segment that only an open connection sends (ACK without SYN).</summary>
    Open = 32,

    /// <summary>Sent a RST that the other side accepts.</summary>
    Rst = 64,

    /// <summary>Sent something.</summary>
    Heard = 128,

    /// <summary><see cref="TcpSide.Initial"/> is set.</summary>
    Based = 256,

    /// <summary>Its last segment was a keep-alive.</summary>
    LastWasKeepAlive = 512,

    /// <summary>Its last segment was a probe of a zero window.</summary>
    LastWasProbe = 1024,

    /// <summary>Sent a SYN and no ACK without one since: its window is not yet scaled.</summary>
    BeforeFirstAck = 2048,

    /// <summary>Sent its SYN more than once.</summary>
    SynAgain = 4096,

    /// <summary>Its last segment carried the ACK bit, so <see cref="TcpSide.LastAck"/> means something.</summary>
    Acknowledges = 8192,

    /// <summary>Sent something again while one of its segments was timed: an acknowledgment may be for either.</summary>
    TimingAmbiguous = 16384,

    /// <summary>On side A: the connection is over, for the local side.</summary>
    Over = 32768,
}

/// <summary>One side of a TCP connection: what it sent last and furthest.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct TcpSide
{
    /// <summary>When <see cref="Next"/> last advanced, nanoseconds since 1970.</summary>
    public long NextTime;

    /// <summary>When it last sent anything, nanoseconds since 1970.</summary>
    public long LastTime;

    /// <summary>One past the highest sequence number sent (SND.NXT as a watcher sees it); 0 before.</summary>
    public uint Next;

    /// <summary>The acknowledgment number of its last segment, as it stands in the header.</summary>
    public uint LastAck;

    /// <summary>One past the highest sequence number sent without a gap before it; 0 before.</summary>
    public uint Contiguous;

    /// <summary>Initial sequence number: of its SYN, else one before the first number seen or acknowledged.</summary>
    public uint Initial;

    /// <summary>One past its FIN, when <see cref="TcpSideFlags.Fin"/>.</summary>
    public uint FinEnd;

    /// <summary>The window of its last segment, unscaled.</summary>
    public ushort Window;

    /// <summary>How often it has repeated <see cref="LastAck"/>; -1 after it acknowledged what was not seen.</summary>
    public short DuplicateAcks;

    /// <summary>Letters of <see cref="TcpHistory"/> it has in the history, a bit each.</summary>
    public ushort Letters;
    public TcpSideFlags Flags;

    /// <summary>Bits its windows are shifted by (RFC 7323 section 2), plus one; 0 while no SYN has told.</summary>
    public byte ScalePlusOne;

    public readonly bool Is(TcpSideFlags flag) => (Flags & flag) != 0;

    /// <summary>The window it announced last, bytes; unscaled while the scale is not known.</summary>
    public readonly uint ScaledWindow => (uint)Window << (ScalePlusOne == 0 || Is(TcpSideFlags.BeforeFirstAck) ? 0 : ScalePlusOne - 1);

    /// <summary>
    /// True when this side takes a segment that the other sends with this sequence number: it lies in the window (RFC 9293 section 3.10.7.4), as far as
    /// a watcher knows that window.
    /// </summary>
    public readonly bool Accepts(uint sequence)
    {
        if (!Is(TcpSideFlags.Acknowledges))
        {
            return true;
        }

        uint window = ScalePlusOne != 0 ? ScaledWindow : (uint)Window << TcpOptions.LargestWindowScale;
        return sequence - LastAck <= window;
    }
}
