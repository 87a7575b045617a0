using System.Reflection;

namespace NetMonitor.Loader;

/// <summary>
/// Makes types of the module's context known to scripts by their full name: PowerShell looks <c>[NetMonitor.NetConnection]</c> up in its own
/// context only, and in its list of type accelerators. That list has no public API; where it cannot be reached the names are
/// simply not known, and everything else works.
/// </summary>
internal sealed class TypeAccelerators(IEnumerable<Type> types)
{
    private static readonly Type? List = Type.GetType("System.Management.Automation.TypeAccelerators, System.Management.Automation");
    private static readonly MethodInfo? AddMethod = List?.GetMethod("Add", [typeof(string), typeof(Type)]);
    private static readonly MethodInfo? RemoveMethod = List?.GetMethod("Remove", [typeof(string)]);
    private static readonly PropertyInfo? GetProperty = List?.GetProperty("Get", BindingFlags.Public | BindingFlags.Static);

    private readonly Type[] _types = [.. types];

    /// <summary>Adds the names. Another version of the module imported later takes them over.</summary>
    public void Add()
    {
        foreach (Type type in _types)
        {
            AddMethod?.Invoke(null, [type.FullName, type]);
        }
    }

    /// <summary>Removes the names that still mean our types.</summary>
    public void Remove()
    {
        if (GetProperty?.GetValue(null) is not Dictionary<string, Type> known)
        {
            return;
        }

        foreach (Type type in _types)
        {
            if (known.TryGetValue(type.FullName!, out Type? current) && current == type)
            {
                RemoveMethod?.Invoke(null, [type.FullName]);
            }
        }
    }
}
