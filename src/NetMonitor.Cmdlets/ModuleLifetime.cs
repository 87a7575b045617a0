namespace NetMonitor.Cmdlets;

/// <summary>The end of the module's life, as NetMonitor.psm1 announces it.</summary>
public static class ModuleLifetime
{
    /// <summary>Stops and frees every monitor of the process. May be called any number of times, from any thread; afterwards new ones can be started.</summary>
    public static void OnRemove() => MonitorRegistry.StopAll();
}
