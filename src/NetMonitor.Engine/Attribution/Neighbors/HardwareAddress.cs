using System.Globalization;

namespace NetMonitor.Attribution.Neighbors;

/// <summary>A MAC address of 48 bits (IEEE 802 clause 8).</summary>
/// <param name="Value">Its bits, the first byte highest.</param>
internal readonly record struct HardwareAddress(ulong Value)
{
    /// <summary>Bytes.</summary>
    public const int Size = 6;

    private const int LocalBit = 41;
    private const int GroupBit = 40;

    /// <summary>True when no registry gave it out (IEEE 802 clause 8.4): virtual machines, containers, phones that hide.</summary>
    public bool IsLocallyAdministered => (Value >> LocalBit & 1) != 0;

    /// <summary>True for one interface's own address: neither a group's nor 0.</summary>
    public bool IsIndividual => Value != 0 && (Value >> GroupBit & 1) == 0;

    /// <summary>The address of 6 bytes.</summary>
    public static HardwareAddress From(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (byte b in bytes[..Size])
        {
            value = value << 8 | b;
        }

        return new HardwareAddress(value);
    }

    /// <summary>Lower case with colons ("00:00:5e:00:53:01").</summary>
    public override string ToString()
    {
        string hexadecimal = Value.ToString("x12", CultureInfo.InvariantCulture);
        return string.Join(':', Enumerable.Range(0, Size).Select(i => hexadecimal.Substring(i * 2, 2)));
    }
}
