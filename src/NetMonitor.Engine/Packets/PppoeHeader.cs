namespace NetMonitor.Packets;

/// <summary>
/// A PPPoE session header (RFC 2516 section 4); a PPP header without address and control follows. Valid once <see cref="TryParse"/>
/// returned true.
/// </summary>
internal readonly ref struct PppoeHeader
{
    public const int Size = LengthAt + 2;

    private const int VersionAndTypeAt = 0;
    private const int CodeAt = 1;
    private const int SessionIdAt = 2;
    private const int LengthAt = 4;
    private const byte Version1Type1 = 0x11;
    private const byte SessionData = 0x00;

    private readonly ReadOnlySpan<byte> _bytes;

    private PppoeHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SessionId => _bytes.UInt16At(SessionIdAt);

    /// <summary>Bytes after this header.</summary>
    public ushort Length => _bytes.UInt16At(LengthAt);

    public static bool TryParse(ReadOnlySpan<byte> data, out PppoeHeader header)
    {
        if (data.Length < Size || data[VersionAndTypeAt] != Version1Type1 || data[CodeAt] != SessionData)
        {
            header = default;
            return false;
        }

        header = new PppoeHeader(data[..Size]);
        return true;
    }
}
