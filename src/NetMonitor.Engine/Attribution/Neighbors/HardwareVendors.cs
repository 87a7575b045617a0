using NetMonitor.Attribution.Registries;

namespace NetMonitor.Attribution.Neighbors;

/// <summary>Who a MAC address was given out to (IEEE registries MA-L, MA-M and MA-S: blocks of 24, 28 and 36 bits).</summary>
internal sealed class HardwareVendors
{
    private const int AddressBits = 48;
    private static readonly int[] PrefixBits = [24, 28, 36];
    private static readonly Lazy<HardwareVendors> Shared = new(() => RegistryFile.Read("vendors.br", file => new HardwareVendors(file)));

    private readonly TextTable _names;
    private readonly (ulong[] Prefixes, int[] Names)[] _blocks;

    private HardwareVendors(RegistryFile file)
    {
        _names = file.ReadTexts();
        _blocks = [.. PrefixBits.Select(_ => ReadBlocks(file))];
    }

    /// <summary>The registries, one copy for the process.</summary>
    public static HardwareVendors Instance => Shared.Value;

    /// <summary>Blocks given out.</summary>
    public int Count => _blocks.Sum(blocks => blocks.Prefixes.Length);

    /// <summary>The vendor of an address, by the smallest block it is in; null when it is not registered or administered locally.</summary>
    public string? Find(HardwareAddress address)
    {
        if (!address.IsIndividual || address.IsLocallyAdministered)
        {
            return null;
        }

        for (int i = PrefixBits.Length - 1; i >= 0; i--)
        {
            int at = _blocks[i].Prefixes.AsSpan().BinarySearch(address.Value >> (AddressBits - PrefixBits[i]));
            if (at >= 0)
            {
                return _names[_blocks[i].Names[at]];
            }
        }

        return null;
    }

    private static (ulong[] Prefixes, int[] Names) ReadBlocks(RegistryFile file)
    {
        var prefixes = new ulong[file.ReadCount()];
        ulong prefix = 0;
        for (int i = 0; i < prefixes.Length; i++)
        {
            prefix += file.ReadNumber();
            prefixes[i] = prefix;
        }

        var names = new int[prefixes.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = file.ReadCount();
        }

        return (prefixes, names);
    }
}
