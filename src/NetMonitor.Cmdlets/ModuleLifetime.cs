namespace NetMonitor.Cmdlets;

/// <summary>What happens when the module goes. The loader calls it by name.</summary>
public static class ModuleLifetime
{
    /// <summary>Stops every monitor. Called when the last import of the module ends and when the process exits; may be called again.</summary>
    public static void OnRemove()
    {
    }
}
