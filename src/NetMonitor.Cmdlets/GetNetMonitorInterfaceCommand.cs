using System.Management.Automation;
using NetMonitor.Capture;

namespace NetMonitor.Cmdlets;

/// <summary>Gets the network interfaces that can be captured on, with their addresses and counters. Needs no privilege.</summary>
[Cmdlet(VerbsCommon.Get, "NetMonitorInterface")]
[OutputType(typeof(NetInterface))]
public sealed class GetNetMonitorInterfaceCommand : NetMonitorCmdlet
{
    /// <summary>Names of interfaces. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        IReadOnlyList<NetInterface> devices = CaptureDevices.List();
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in Name ?? ["*"])
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            bool any = false;
            foreach (NetInterface device in devices.Where(device => pattern.IsMatch(device.Name)))
            {
                any = true;
                if (written.Add(device.Name))
                {
                    WriteObject(device);
                }
            }

            if (!any && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                var error = new CaptureException(
                    CaptureError.CaptureDeviceNotFound,
                    $"There is no interface '{name}'.",
                    $"The interfaces are: {string.Join(", ", devices.Select(device => device.Name))}.");
                WriteError(Errors.From(error, name));
            }
        }
    }
}
