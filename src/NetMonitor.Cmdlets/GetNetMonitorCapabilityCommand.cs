using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Tries what this machine lets this user do: capture, name processes, see those of others. Says for each why not, and the command that changes it.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitorCapability")]
[OutputType(typeof(NetMonitorCapability))]
public sealed class GetNetMonitorCapabilityCommand : NetMonitorCmdlet
{
    /// <summary>Names of abilities. Default: all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        List<WildcardPattern> patterns = [.. (Name ?? ["*"]).Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];
        foreach (NetMonitorCapability capability in CapabilityTable.Probe(name => patterns.Exists(pattern => pattern.IsMatch(name))))
        {
            Cancellation.ThrowIfCancellationRequested();
            WriteObject(capability);
        }

        foreach (string name in Name ?? [])
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name) && !CapabilityTable.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                WriteError(Errors.CapabilityUnknown(name));
            }
        }
    }
}
