using System.Collections.Concurrent;
using NetMonitor.Attribution.Registries;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Places;

/// <summary>
/// The country and autonomous system of an address by the tables that come with the module: the country a network is registered in, and
/// the system that announces it (docs/names.md). Read from its file when it is first asked.
/// </summary>
internal sealed class RegisteredPlaces
{
    private static readonly Lazy<RegisteredPlaces> Shared = new(() => RegistryFile.Read("places.br", file => new RegisteredPlaces(file)));

    private readonly uint[] _numbers;
    private readonly TextTable _organizations;
    private readonly TextTable _countries;
    private readonly RangeTable<uint> _systems4;
    private readonly RangeTable<ulong> _systems6;
    private readonly RangeTable<uint> _countries4;
    private readonly RangeTable<ulong> _countries6;
    private readonly ConcurrentDictionary<ulong, Place> _places = new(); // one for each pair of country and system that was met

    private RegisteredPlaces(RegistryFile file)
    {
        _numbers = new uint[file.ReadCount()];
        uint number = 0;
        for (int i = 0; i < _numbers.Length; i++)
        {
            number += (uint)file.ReadNumber();
            _numbers[i] = number;
        }

        _organizations = file.ReadTexts();
        _countries = file.ReadTexts();
        _systems4 = RangeTable<uint>.Read(file, start => (uint)Math.Min(start, uint.MaxValue));
        _systems6 = RangeTable<ulong>.Read(file, start => start);
        _countries4 = RangeTable<uint>.Read(file, start => (uint)Math.Min(start, uint.MaxValue));
        _countries6 = RangeTable<ulong>.Read(file, start => start);
    }

    /// <summary>The tables, one copy for the process.</summary>
    public static RegisteredPlaces Instance => Shared.Value;

    /// <summary>Ranges in all tables.</summary>
    public int Ranges => _systems4.Count + _systems6.Count + _countries4.Count + _countries6.Count;

    /// <summary>What is known of an address, or null. The same object for addresses of the same country and system.</summary>
    public Place? Find(IPAddressValue address)
    {
        (int country, int system) = address.IsIPv4
            ? (_countries4.Find((uint)address.Low), _systems4.Find((uint)address.Low))
            : (_countries6.Find(address.High), _systems6.Find(address.High));
        if ((country | system) == 0)
        {
            return null;
        }

        ulong key = (ulong)(uint)country << 32 | (uint)system;
        return _places.TryGetValue(key, out Place? place) ? place : _places.GetOrAdd(key, Make(country, system));
    }

    private Place Make(int country, int system) => new(
        country == 0 ? null : _countries[country - 1],
        City: null,
        system == 0 ? null : _numbers[system - 1],
        system == 0 || _organizations[system - 1].Length == 0 ? null : _organizations[system - 1]);
}
