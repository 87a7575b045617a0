using System.Globalization;
using NetMonitor.Packets;

namespace NetMonitor.Filtering;

/// <summary>A node of a parsed filter.</summary>
internal abstract class Predicate
{
    public abstract bool Matches(NetConnection connection);
}

internal sealed class AndPredicate(Predicate[] terms) : Predicate
{
    public override bool Matches(NetConnection connection)
    {
        foreach (Predicate term in terms)
        {
            if (!term.Matches(connection))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class OrPredicate(Predicate[] terms) : Predicate
{
    public override bool Matches(NetConnection connection)
    {
        foreach (Predicate term in terms)
        {
            if (term.Matches(connection))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed class NotPredicate(Predicate term) : Predicate
{
    public override bool Matches(NetConnection connection) => !term.Matches(connection);
}

/// <summary>A word without a keyword: anywhere.</summary>
internal sealed class AnywherePredicate(TextPattern pattern) : Predicate
{
    private readonly bool[] _protocols = NameSet.Of(FilterKeywords.Find("proto")!.Names, pattern);
    private readonly bool[] _states = NameSet.Of(StateNames.All, pattern);
    private readonly Misses<ConnectionOwner> _owners = new();
    private readonly Misses<Place> _places = new();

    public override bool Matches(NetConnection connection)
    {
        if (NameSet.Has(_protocols, (int)connection.Protocol) || NameSet.Has(_states, (int)connection.State) || NameSet.Has(_states, StateNames.SshOf(connection)))
        {
            return true;
        }

        return FitsNames(connection)
            || (connection.Owner is { } owner && FitsOwner(owner))
            || (connection.RemotePlace is { } place && FitsPlace(place))
            || (pattern.MayFitEndPoint && (FitsEnd(connection, connection.Remote, connection.RemotePortValue) || FitsEnd(connection, connection.Local, connection.LocalPortValue)))
            || DetailText.Matches(connection.Details, pattern);
    }

    private bool FitsNames(NetConnection connection) =>
        pattern.IsMatch(connection.HostName)
        || (!ReferenceEquals(connection.Sni, connection.HostName) && pattern.IsMatch(connection.Sni))
        || pattern.IsMatch(connection.Application)
        || pattern.IsMatch(connection.Service)
        || pattern.IsMatch(connection.RemoteVendor)
        || pattern.IsMatch(connection.Interface)
        || pattern.IsMatch(connection.ConnState)
        || pattern.IsMatch(connection.History);

    private bool FitsOwner(ConnectionOwner owner)
    {
        if (_owners.Has(owner, owner.ProcessId))
        {
            return false;
        }

        bool fits = pattern.IsMatch(owner.ProcessName) || pattern.IsMatch(owner.ProcessPath) || pattern.IsMatch(owner.CommandLine)
            || pattern.IsMatch(owner.UserName) || pattern.IsMatch(owner.GroupName) || pattern.IsMatch(owner.Container)
            || pattern.IsMatch(owner.Pod) || pattern.IsMatch(owner.PodNamespace) || pattern.IsMatch(owner.Unit);
        return fits || _owners.Add(owner, owner.ProcessId);
    }

    private bool FitsPlace(Place place)
    {
        int number = (int)(place.Asn ?? 0);
        if (_places.Has(place, number))
        {
            return false;
        }

        bool fits = pattern.IsMatch(place.Country) || pattern.IsMatch(place.City) || pattern.IsMatch(place.Organization);
        return fits || _places.Add(place, number);
    }

    private bool FitsEnd(NetConnection connection, IPAddressValue address, ushort port)
    {
        Span<char> text = stackalloc char[AddressText.MaximumLength];
        return pattern.IsMatch(text[..AddressText.Write(address, connection.HasPorts ? port : null, text)]);
    }
}

/// <summary>
/// Remembers some of the objects that did not fit, for owners and places are shared by many rows. Each slot is one reference, so any thread may use it:
/// what one overwrites another only looks at again.
/// </summary>
internal sealed class Misses<T>
    where T : class
{
    private const int Slots = 256;

    private readonly T?[] _slots = new T?[Slots];

    public bool Has(T item, int number) => ReferenceEquals(Volatile.Read(ref _slots[number & (Slots - 1)]), item);

    /// <returns>False: the object does not fit.</returns>
    public bool Add(T item, int number)
    {
        Volatile.Write(ref _slots[number & (Slots - 1)], item);
        return false;
    }
}

internal sealed class TextPredicate(IReadOnlyList<Func<NetConnection, string?>> fields, TextPattern pattern) : Predicate
{
    private readonly Func<NetConnection, string?>[] _fields = [.. fields];

    public override bool Matches(NetConnection connection)
    {
        foreach (Func<NetConnection, string?> field in _fields)
        {
            if (pattern.IsMatch(field(connection)))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed class DetailsPredicate(Func<ApplicationDetails, TextPattern, bool> test, TextPattern pattern) : Predicate
{
    public override bool Matches(NetConnection connection)
    {
        for (ApplicationDetails? details = connection.Details; details is not null; details = details.Outer)
        {
            if (test(details, pattern))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed class IdPredicate(TextPattern pattern) : Predicate
{
    public override bool Matches(NetConnection connection)
    {
        Span<char> text = stackalloc char[ConnectionId.Length];
        ConnectionId.Write(connection.IdValue, text);
        return pattern.IsMatch(text);
    }
}

/// <summary>Ports as a set of bits: whatever the value was, a test is one look.</summary>
internal sealed class PortPredicate(Ends ends, ulong[] ports) : Predicate
{
    public override bool Matches(NetConnection connection) => connection.HasPorts
        && (((ends & Ends.Remote) != 0 && Has(connection.RemotePortValue)) || ((ends & Ends.Local) != 0 && Has(connection.LocalPortValue)));

    private bool Has(ushort port) => (ports[port >> 6] >> (port & 63) & 1) != 0;
}

/// <summary>Addresses by number, and by text or name.</summary>
internal sealed class AddressPredicate(Ends ends, (IPAddressValue First, IPAddressValue Last)[] ranges, TextPattern? pattern) : Predicate
{
    public override bool Matches(NetConnection connection) =>
        ((ends & Ends.Remote) != 0 && (Fits(connection.Remote) || FitsName(connection, Ends.Remote)))
        || ((ends & Ends.Local) != 0 && (Fits(connection.Local) || FitsName(connection, Ends.Local)));

    private bool Fits(IPAddressValue address)
    {
        foreach ((IPAddressValue first, IPAddressValue last) in ranges)
        {
            if (address.CompareTo(first) >= 0 && address.CompareTo(last) <= 0)
            {
                return true;
            }
        }

        if (pattern is null || !pattern.MayFitEndPoint)
        {
            return false;
        }

        Span<char> text = stackalloc char[AddressText.MaximumLength];
        return pattern.IsMatch(text[..AddressText.Write(address, text)]);
    }

    /// <summary>The end that <see cref="NetConnection.HostName"/> is the name of: the name a client asked for is that of the server.</summary>
    public static Ends NameEnd(NetConnection connection) =>
        connection.HostNameSource is HostNameSource.Sni or HostNameSource.HttpHost ? ServerEnd(connection) : Ends.Remote;

    private static Ends ServerEnd(NetConnection connection) => connection.Direction == ConnectionDirection.Incoming ? Ends.Local : Ends.Remote;

    private bool FitsName(NetConnection connection, Ends end) => pattern is not null
        && ((NameEnd(connection) == end && pattern.IsMatch(connection.HostName)) || (ServerEnd(connection) == end && pattern.IsMatch(connection.Sni)));
}

internal sealed class NamePredicate(Func<NetConnection, int> number, bool[] set) : Predicate
{
    public override bool Matches(NetConnection connection) => NameSet.Has(set, number(connection));
}

internal sealed class StatePredicate(bool[] set) : Predicate
{
    public override bool Matches(NetConnection connection) => NameSet.Has(set, (int)connection.State) || NameSet.Has(set, StateNames.SshOf(connection));
}

/// <summary>A number between two bounds. What is not known fits nothing.</summary>
internal sealed class RangePredicate(Func<NetConnection, double?> value, (double Low, bool LowIncluded, double High, bool HighIncluded)[] ranges) : Predicate
{
    public override bool Matches(NetConnection connection)
    {
        if (value(connection) is not { } number)
        {
            return false;
        }

        foreach ((double low, bool lowIncluded, double high, bool highIncluded) in ranges)
        {
            if ((lowIncluded ? number >= low : number > low) && (highIncluded ? number <= high : number < high))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Names of an enumeration as a set of their numbers, so that a row's name is never made into text.</summary>
internal static class NameSet
{
    /// <summary>The names of an enumeration with their numbers.</summary>
    public static IReadOnlyList<(string Name, int Number)> All<TEnum>()
        where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Select(value => (value.ToString(), Convert.ToInt32(value, CultureInfo.InvariantCulture)))];

    public static bool[] Of(IReadOnlyList<(string Name, int Number)> names, TextPattern pattern)
    {
        bool[] set = new bool[names.Max(name => name.Number) + 1];
        foreach ((string name, int number) in names)
        {
            set[number] |= pattern.IsMatch(name);
        }

        return set;
    }

    public static bool Has(bool[] set, int number) => (uint)number < (uint)set.Length && set[number];
}
