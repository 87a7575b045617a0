using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>Knows which addresses are this host's (or count as such). Asked once for each new flow.</summary>
internal interface ILocalAddresses
{
    bool IsLocal(IPAddressValue address);
}
