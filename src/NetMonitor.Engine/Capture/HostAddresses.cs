using System.Collections.Frozen;
using System.Net.NetworkInformation;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>The addresses of this machine, kept up to date. Any thread may ask, without a lock: a change swaps the whole set.</summary>
internal sealed class HostAddresses : IDisposable
{
    private volatile FrozenSet<IPAddressValue> _addresses = FrozenSet<IPAddressValue>.Empty;

    /// <summary>Reads the addresses and starts to follow their changes.</summary>
    public HostAddresses()
    {
        NetworkChange.NetworkAddressChanged += OnChanged;
        Refresh();
    }

    /// <summary>The addresses, without those of loopback that no interface lists.</summary>
    public IReadOnlySet<IPAddressValue> Addresses => _addresses;

    /// <summary>True for an address of this machine, every loopback address included.</summary>
    public bool IsLocal(IPAddressValue address) => address.IsLoopback || _addresses.Contains(address);

    /// <summary>Reads the addresses anew; the system tells changes by itself, late by some milliseconds.</summary>
    public void Refresh()
    {
        try
        {
            _addresses = NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => IPAddressValue.From(a.Address))
                .ToFrozenSet();
        }
        catch (NetworkInformationException)
        {
            // An interface went away while it was being read: another change is on its way. The set stays as it was.
        }
    }

    public void Dispose() => NetworkChange.NetworkAddressChanged -= OnChanged;

    private void OnChanged(object? sender, EventArgs e) => Refresh();
}
