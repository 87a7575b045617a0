namespace NetMonitor.Inspection.Tls;

/// <summary>What of a ClientHello is the program's and not the connection's: the same on each of its connections, so it is made and kept once.</summary>
internal sealed record TlsClientShape
{
    private const int LongestKey = 1024; // bytes; browsers need about 250

    private static readonly SharedFacts<TlsClientShape> Known = new();

    /// <summary>Before a hello was seen.</summary>
    public static readonly TlsClientShape None = new();

    public IReadOnlyList<string> AlpnOffered { get; private init; } = [];

    public IReadOnlyList<string> VersionsOffered { get; private init; } = [];

    public bool EchOffered { get; private init; }

    public string? Ja4 { get; private init; }

    public string? Ja3 { get; private init; }

    /// <summary>Of SSL 2.0 only the version says something.</summary>
    public static TlsClientShape Of(in Ssl2ClientHello hello) => new() { VersionsOffered = [TlsNames.Version(hello.Version)] };

    /// <summary>The shape of a hello.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="transport">As <see cref="Tls.Ja4"/> calls it.</param>
    public static TlsClientShape Of(in ClientHello hello, char transport)
    {
        var key = new SharedKey(stackalloc byte[LongestKey]);
        Describe(hello, transport, ref key);
        if (!key.IsWhole)
        {
            return Make(hello, transport);
        }

        return Known.Find(key.Bytes, out int place) ?? Known.Keep(key.Bytes, place, Make(hello, transport));
    }

    /// <summary>All that <see cref="Make"/> reads.</summary>
    private static void Describe(in ClientHello hello, char transport, ref SharedKey key)
    {
        key.Add(transport);
        key.Add(hello.LegacyVersion);
        key.Add((ushort)((hello.IsWhole ? 1 : 0) | (hello.OffersEch ? 2 : 0)));
        key.Add(hello.CipherSuites);
        key.Add(hello.Alpn);
        key.Add(hello.SupportedVersions);
        key.Add(hello.SupportedGroups);
        key.Add(hello.SignatureAlgorithms);
        key.Add(hello.PointFormats);
        WireReader extensions = new(hello.Extensions);
        while (extensions.TryReadUInt16(out ushort type) && extensions.TryReadVector16(out _))
        {
            key.Add(type);
        }
    }

    private static TlsClientShape Make(in ClientHello hello, char transport) => new()
    {
        AlpnOffered = Names(hello.Alpn),
        VersionsOffered = Versions(hello),
        EchOffered = hello.OffersEch,
        Ja4 = hello.IsWhole ? Tls.Ja4.Compute(hello, transport) : null,
        Ja3 = hello.IsWhole ? Tls.Ja3.Compute(hello) : null,
    };

    private static List<string> Names(ReadOnlySpan<byte> list)
    {
        const int PairSize = 2; // bytes
        List<string> names = [];
        WireReader reader = new(list);
        while (names.Count < InspectionLimits.TlsListItems && reader.TryReadVector8(out var name))
        {
            bool grease = name.Length == PairSize && ClientHello.IsGrease(ClientHello.Item(name, 0));
            if (!name.IsEmpty && !grease)
            {
                names.Add(WireText.Clean(name));
            }
        }

        return names;
    }

    private static List<string> Versions(in ClientHello hello)
    {
        List<string> versions = [];
        WireReader reader = new(hello.SupportedVersions);
        while (versions.Count < InspectionLimits.TlsListItems && reader.TryReadUInt16(out ushort version))
        {
            if (!ClientHello.IsGrease(version))
            {
                versions.Add(TlsNames.Version(version));
            }
        }

        return versions.Count > 0 ? versions : [TlsNames.Version(hello.LegacyVersion)];
    }
}

/// <summary>What of a ServerHello is the server's and not the connection's.</summary>
internal sealed record TlsServerShape
{
    private const int LongestKey = 512; // bytes

    private static readonly SharedFacts<TlsServerShape> Known = new();

    public ushort Version { get; private init; }

    public ushort CipherSuite { get; private init; }

    /// <summary>Of key_share, or 0.</summary>
    public ushort Group { get; private init; }

    public bool HasPreSharedKey { get; private init; }

    public string? Alpn { get; private init; }

    public string? Ja3s { get; private init; }

    /// <summary>The shape of a hello.</summary>
    public static TlsServerShape Of(in ServerHello hello)
    {
        var key = new SharedKey(stackalloc byte[LongestKey]);
        key.Add(hello.LegacyVersion);
        key.Add(hello.Version);
        key.Add(hello.CipherSuite);
        key.Add(hello.Group);
        key.Add(hello.Alpn);
        WireReader extensions = new(hello.Extensions);
        while (extensions.TryReadUInt16(out ushort type) && extensions.TryReadVector16(out _))
        {
            key.Add(type); // Among them pre_shared_key.
        }

        if (!key.IsWhole)
        {
            return Make(hello);
        }

        return Known.Find(key.Bytes, out int place) ?? Known.Keep(key.Bytes, place, Make(hello));
    }

    private static TlsServerShape Make(in ServerHello hello) => new()
    {
        Version = hello.Version,
        CipherSuite = hello.CipherSuite,
        Group = hello.Group,
        HasPreSharedKey = hello.HasPreSharedKey,
        Alpn = hello.Alpn.IsEmpty ? null : WireText.Clean(hello.Alpn),
        Ja3s = Ja3.Compute(hello),
    };
}
