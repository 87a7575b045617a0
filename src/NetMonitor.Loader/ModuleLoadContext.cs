using System.Reflection;
using System.Runtime.Loader;

namespace NetMonitor.Loader;

/// <summary>
/// The load context the module's own assemblies live in, so that another module may bring another version of the same library.
/// What the module does not bring (the framework, System.Management.Automation) comes from PowerShell's own context.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    /// <summary>The name debuggers and <c>AssemblyLoadContext.All</c> show.</summary>
    public const string ContextName = "NetMonitor";

    private static readonly Dictionary<string, ModuleLoadContext> Contexts = new(StringComparer.Ordinal);
    private readonly AssemblyDependencyResolver _resolver;
    private readonly string _mainAssemblyPath;

    // Not collectible: cmdlet types are cached by PowerShell for the life of the process, so the context could not be unloaded anyway.
    private ModuleLoadContext(string mainAssemblyPath)
        : base(ContextName, isCollectible: false)
    {
        _mainAssemblyPath = mainAssemblyPath;
        _resolver = new AssemblyDependencyResolver(mainAssemblyPath);
    }

    /// <summary>The module's main assembly in its context. The same path always gives the same context: importing again must not load again.</summary>
    /// <param name="mainAssemblyPath">Full path of the assembly; its <c>.deps.json</c> beside it says what else belongs to the module.</param>
    public static Assembly Load(string mainAssemblyPath)
    {
        string path = Path.GetFullPath(mainAssemblyPath);
        lock (Contexts)
        {
            if (!Contexts.TryGetValue(path, out ModuleLoadContext? context))
            {
                context = new ModuleLoadContext(path);
                Contexts.Add(path, context);
            }

            return context.LoadFromAssemblyPath(context._mainAssemblyPath);
        }
    }

    /// <inheritdoc/>
    /// <remarks>By path: LoadFromAssemblyName would ask the default context first, which may come back here without end.</remarks>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
