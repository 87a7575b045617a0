using System.Management.Automation;
using System.Net;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Gets the neighbors: the machines on this machine's networks, with MAC address and maker, that the system or a monitor knows of. Needs no privilege.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitorNeighbor")]
[OutputType(typeof(NetNeighbor))]
public sealed class GetNetMonitorNeighborCommand : NetMonitorCmdlet
{
    /// <summary>Addresses, networks (10.0.0.0/8) or wildcards. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Address { get; set; }

    /// <summary>Interfaces that the neighbors are behind.</summary>
    [Parameter]
    [SupportsWildcards]
    [InterfaceName]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>Names of monitors. Default: the system's own neighbors and those of every monitor.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MonitorNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        var addresses = new List<Func<IPAddress, bool>>();
        foreach (string text in Address ?? [])
        {
            if (AddressPattern.Compile(text) is { } pattern)
            {
                addresses.Add(pattern);
            }
            else
            {
                WriteError(Errors.NotAnAddress(text));
            }
        }

        WildcardPattern[] interfaces = [.. (Interface ?? []).Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];
        foreach (NetNeighbor neighbor in NeighborList.Read(FindMonitors(Name), includeSystem: Name is null))
        {
            if ((Address is null || addresses.Exists(matches => matches(neighbor.Address)))
                && (interfaces.Length == 0 || Array.Exists(interfaces, pattern => pattern.IsMatch(neighbor.Interface ?? ""))))
            {
                WriteObject(neighbor);
            }
        }
    }
}
