using System.Numerics;

namespace NetMonitor.Inspection.Quic;

/// <summary>What the packets with short headers of a flow look like. All but two bits of their first byte says nothing to those without
/// keys.</summary>
internal struct QuicShortHeaders
{
    /// <summary>Encrypted (RFC 9001 section 5.4.1), so they look random.</summary>
    private const byte ProtectedBits = 0x1F;
    private const int EnoughBits = 3;
    private const int EnoughDatagrams = 6;

    private byte _first;
    private byte _changed;
    private bool _fromOriginator;
    private bool _fromResponder;

    public int Count { get; private set; }

    public readonly bool FromBoth => _fromOriginator && _fromResponder;

    /// <summary>True when this can hardly be anything else: both sides, and bits that change.</summary>
    public readonly bool AreConvincing => FromBoth && Count >= EnoughDatagrams && BitOperations.PopCount(_changed) >= EnoughBits;

    public void Add(Side from, byte first)
    {
        _first = Count++ == 0 ? first : _first;
        _changed |= (byte)((_first ^ first) & ProtectedBits);
        _fromOriginator |= from == Side.Originator;
        _fromResponder |= from == Side.Responder;
    }
}
