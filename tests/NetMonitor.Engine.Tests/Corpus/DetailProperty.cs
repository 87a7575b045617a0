using System.Reflection;

namespace NetMonitor.Tests.Corpus;

/// <summary>
/// A property of a protocol's details by name, for what is scored before every protocol that yields it is there. Read by reflection: this is a ruler,
/// not the engine. DetailPropertyTests holds the names against the engine.
/// </summary>
/// <param name="Type">The details type that must have it.</param>
/// <param name="Name">The property: a text, or a list of texts.</param>
internal sealed record DetailProperty(string Type, string Name)
{
    public const string QuicType = "QuicDetails";
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;

    public static readonly DetailProperty Ja3 = new("TlsDetails", "Ja3");
    public static readonly DetailProperty Ja3s = new("TlsDetails", "Ja3s");
    public static readonly DetailProperty Ja4 = new("TlsDetails", "Ja4");
    public static readonly DetailProperty QuicVersion = new(QuicType, "Version");
    public static readonly DetailProperty AlpnOffered = new("TlsDetails", "AlpnOffered");
    public static readonly DetailProperty SshClientVersion = new("SshDetails", "ClientVersion");
    public static readonly DetailProperty SshClientSoftware = new("SshDetails", "ClientSoftware");
    public static readonly DetailProperty SshClientComment = new("SshDetails", "ClientComment");
    public static readonly DetailProperty SshServerVersion = new("SshDetails", "ServerVersion");
    public static readonly DetailProperty SshServerSoftware = new("SshDetails", "ServerSoftware");
    public static readonly DetailProperty SshServerComment = new("SshDetails", "ServerComment");

    /// <summary>Every property that is read by name.</summary>
    public static readonly IReadOnlyList<DetailProperty> All =
    [
        AlpnOffered, Ja3, Ja3s, Ja4, QuicVersion,
        SshClientVersion, SshClientSoftware, SshClientComment, SshServerVersion, SshServerSoftware, SshServerComment,
    ];

    /// <summary>Those that the engine does not have yet. A test fails as long as one of them is there after all: then its row goes from this list.</summary>
    public static readonly IReadOnlyList<DetailProperty> Awaited = [];

    /// <summary>True when the engine has the type, and the type the property.</summary>
    public bool IsThere => typeof(ApplicationDetails).Assembly.GetType($"NetMonitor.{Type}") is { } type && Find(type) is not null;

    /// <summary>The values that a connection has, in any layer of its details. What TLS has, QUIC may have as its own.</summary>
    public IEnumerable<string> Of(NetConnection connection)
    {
        foreach (ApplicationDetails layer in Layers(connection).Where(layer => layer.GetType().Name == Type || Type == nameof(TlsDetails)))
        {
            foreach (string value in Texts(Find(layer.GetType())?.GetValue(layer)))
            {
                yield return value;
            }
        }
    }

    /// <summary>The details and what they are within, innermost first; details that are a property of others follow those.</summary>
    public static IEnumerable<ApplicationDetails> Layers(NetConnection connection)
    {
        for (ApplicationDetails? layer = connection.Details; layer is not null; layer = layer.Outer)
        {
            yield return layer;
            foreach (PropertyInfo property in layer.GetType().GetProperties(Public))
            {
                if (property.Name != nameof(ApplicationDetails.Outer) && property.PropertyType.IsAssignableTo(typeof(ApplicationDetails)) &&
                    property.GetValue(layer) is ApplicationDetails part)
                {
                    yield return part;
                }
            }
        }
    }

    public override string ToString() => $"{Type}.{Name}";

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        string text => [text],
        IEnumerable<string> texts => texts,
        _ => [],
    };

    private PropertyInfo? Find(Type type) => type.GetProperty(Name, Public);
}
