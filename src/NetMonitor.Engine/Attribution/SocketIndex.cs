using System.Runtime.InteropServices;
using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Attribution;

/// <summary>Finds the socket that a flow belongs to: the one of the very tuple, else one that listens or receives where the flow ends.</summary>
internal sealed class SocketIndex
{
    private const int Ambiguous = -1;
    private static readonly IPAddressValue AnyIPv4 = IPAddressValue.FromIPv4([0, 0, 0, 0]);
    private static readonly IPAddressValue AnyIPv6 = default;

    private readonly Dictionary<(FlowKey Key, int Side), int> _connected = [];
    private readonly Dictionary<(TransportProtocol Protocol, IPAddressValue Address, ushort Port), int> _bound = [];
    private List<KernelSocket> _sockets = [];

    /// <summary>Takes in a list of sockets in the place of the last one.</summary>
    public void Load(List<KernelSocket> sockets)
    {
        _sockets = sockets;
        _connected.Clear();
        _bound.Clear();
        for (int i = 0; i < sockets.Count; i++)
        {
            KernelSocket socket = sockets[i];
            if (socket.IsConnected)
            {
                FlowKey key = socket.Key(out int side);
                Add(_connected, (key, side), i);
            }
            else
            {
                Add(_bound, (socket.Protocol, socket.Local, socket.LocalPort), i);
            }
        }
    }

    /// <summary>True when a socket of this host listens at or receives on the port.</summary>
    public bool IsBound(TransportProtocol protocol, IPAddressValue address, ushort port) => TryFindBound(protocol, address, port, out _);

    /// <summary>True when a connected socket has this end of the flow.</summary>
    public bool HasConnected(in FlowKey key, int side) => _connected.ContainsKey((key, side));

    /// <summary>The socket of a flow.</summary>
    /// <param name="key">The flow.</param>
    /// <param name="localSide">Its local side.</param>
    /// <param name="quality">How well it fits.</param>
    /// <returns>Null when there is none, or several that fit equally well and may differ in their process.</returns>
    public KernelSocket? Find(in FlowKey key, int localSide, out AttributionQuality quality)
    {
        quality = AttributionQuality.Exact;
        if (_connected.TryGetValue((key, localSide), out int found))
        {
            return found == Ambiguous ? null : _sockets[found];
        }

        quality = AttributionQuality.Listener;
        (IPAddressValue address, ushort port) = localSide == 0 ? (key.A, key.PortA) : (key.B, key.PortB);
        return FindBound(key.Protocol, address, port);
    }

    private KernelSocket? FindBound(TransportProtocol protocol, IPAddressValue address, ushort port) =>
        TryFindBound(protocol, address, port, out int found) && found != Ambiguous ? _sockets[found] : null;

    private bool TryFindBound(TransportProtocol protocol, IPAddressValue address, ushort port, out int found)
    {
        IPAddressValue any = address.IsIPv4 ? AnyIPv4 : AnyIPv6;
        if (_bound.TryGetValue((protocol, address, port), out found) || _bound.TryGetValue((protocol, any, port), out found))
        {
            return true;
        }

        // One IPv6 socket may serve both families.
        if (address.IsIPv4 && _bound.TryGetValue((protocol, AnyIPv6, port), out found) && (found == Ambiguous || !_sockets[found].IPv6Only))
        {
            return true;
        }

        // A raw socket receives all of its protocol, whatever stands for ports there.
        return protocol is not (TransportProtocol.TCP or TransportProtocol.UDP) && port != 0 && TryFindBound(protocol, address, 0, out found);
    }

    private void Add<TKey>(Dictionary<TKey, int> to, TKey key, int index)
        where TKey : notnull
    {
        ref int slot = ref CollectionsMarshal.GetValueRefOrAddDefault(to, key, out bool exists);
        slot = exists && !(slot != Ambiguous && IsSameOwner(_sockets[slot], _sockets[index])) ? Ambiguous : index;
    }

    private static bool IsSameOwner(in KernelSocket one, in KernelSocket other) =>
        (one.ProcessId != 0 && one.ProcessId == other.ProcessId) || (one.Number != 0 && one.Number == other.Number);
}
