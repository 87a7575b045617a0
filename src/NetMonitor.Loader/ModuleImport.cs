using System.Reflection;
using System.Runtime.Loader;

namespace NetMonitor.Loader;

/// <summary>
/// One import of the module into one runspace. Monitors belong to the process, so they are stopped when the last import ends
/// (Remove-Module, or its runspace closing), and in any case when the process ends.
/// </summary>
public sealed class ModuleImport : IDisposable
{
    private const string LifetimeType = "NetMonitor.Cmdlets.ModuleLifetime";
    private const string StopMethod = "OnRemove";

    private static readonly HashSet<ModuleImport> Living = [];
    private readonly Action _stopMonitors;
    private readonly TypeAccelerators _accelerators;

    private ModuleImport(Assembly cmdlets)
    {
        Cmdlets = cmdlets;
        MethodInfo stop = cmdlets.GetType(LifetimeType, throwOnError: true)!.GetMethod(StopMethod, BindingFlags.Public | BindingFlags.Static)
            ?? throw new MissingMethodException(LifetimeType, StopMethod);
        _stopMonitors = stop.CreateDelegate<Action>();
        _accelerators = new TypeAccelerators(PublicTypes(cmdlets));
    }

    /// <summary>The assembly to hand to <c>Import-Module -Assembly</c>.</summary>
    public Assembly Cmdlets { get; }

    /// <summary>Loads the module's assemblies, when they are not loaded yet, and counts one more import.</summary>
    /// <param name="cmdletsPath">Full path of NetMonitor.Cmdlets.dll.</param>
    public static ModuleImport Begin(string cmdletsPath)
    {
        var import = new ModuleImport(ModuleLoadContext.Load(cmdletsPath));
        lock (Living)
        {
            if (Living.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit += StopAtExit;
            }

            Living.Add(import);
            import._accelerators.Add();
        }

        return import;
    }

    /// <summary>Ends this import. The last one stops every monitor. May be called again.</summary>
    public void Dispose()
    {
        lock (Living)
        {
            if (!Living.Remove(this) || Living.Count > 0)
            {
                return;
            }

            AppDomain.CurrentDomain.ProcessExit -= StopAtExit;
            _accelerators.Remove();
        }

        _stopMonitors();
    }

    private static void StopAtExit(object? sender, EventArgs e)
    {
        Action? stopMonitors;
        lock (Living)
        {
            stopMonitors = Living.FirstOrDefault()?._stopMonitors;
        }

        stopMonitors?.Invoke();
    }

    /// <summary>The types users meet: what the engine hands out, and what the cmdlets take and give.</summary>
    private static IEnumerable<Type> PublicTypes(Assembly cmdlets)
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(cmdlets)!;
        Assembly engine = context.LoadFromAssemblyName(new AssemblyName("NetMonitor.Engine"));
        return engine.GetExportedTypes()
            .Where(type => type.Namespace is "NetMonitor" or "NetMonitor.Monitoring" && !type.IsNested && !type.IsGenericTypeDefinition);
    }
}
