using NetMonitor.Attribution.Registries;

namespace NetMonitor.Attribution.Names;

/// <summary>The service registered for a port (IANA Service Name and Transport Protocol Port Number Registry, RFC 6335).</summary>
internal sealed class ServiceNames
{
    private static readonly Lazy<ServiceNames> Shared = new(() => RegistryFile.Read("services.br", file => new ServiceNames(file)));
    private static readonly TransportProtocol[] Transports = [TransportProtocol.TCP, TransportProtocol.UDP, TransportProtocol.SCTP, TransportProtocol.DCCP];

    private readonly TextTable _names;
    private readonly Dictionary<(TransportProtocol Protocol, ushort Port), int> _index = [];

    private ServiceNames(RegistryFile file)
    {
        _names = file.ReadTexts();
        foreach (TransportProtocol protocol in Transports)
        {
            int port = 0;
            for (int left = file.ReadCount(); left > 0; left--)
            {
                port += file.ReadCount();
                _index[(protocol, (ushort)port)] = file.ReadCount();
            }
        }
    }

    /// <summary>The registry, one copy for the process.</summary>
    public static ServiceNames Instance => Shared.Value;

    /// <summary>Ports with a name, all transports together.</summary>
    public int Count => _index.Count;

    /// <summary>The name of a port ("https"), or null.</summary>
    public string? Find(TransportProtocol protocol, ushort port) => _index.TryGetValue((protocol, port), out int name) ? _names[name] : null;

    /// <summary>
    /// The service of a connection: that of the port of the side that was called. When the opening was not seen, of the port that has a
    /// name; the remote one when both have.
    /// </summary>
    public string? Find(TransportProtocol protocol, ushort local, ushort remote, ConnectionDirection? direction) => direction switch
    {
        ConnectionDirection.Outgoing => Find(protocol, remote),
        ConnectionDirection.Incoming => Find(protocol, local),
        _ => Find(protocol, remote) ?? Find(protocol, local),
    };
}
