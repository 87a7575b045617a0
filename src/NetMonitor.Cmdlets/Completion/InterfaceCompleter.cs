using NetMonitor.Capture;

namespace NetMonitor.Cmdlets;

/// <summary>Completes the names of this machine's interfaces.</summary>
public sealed class InterfaceCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Value, string? ToolTip)> Values() =>
        CaptureDevices.List().Select(device => (device.Name, (string?)Describe(device)));

    private static string Describe(NetInterface device) => string.Join(", ", new[]
    {
        device.Description,
        device.LinkType,
        device.IsUp ? "up" : "down",
        device.IsDefault ? "default" : null,
        device.Addresses.Count > 0 ? string.Join(' ', device.Addresses) : null,
    }.Where(part => !string.IsNullOrEmpty(part)));
}
