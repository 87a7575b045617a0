using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace NetMonitor.Export;

/// <summary>What a report is of.</summary>
public sealed record ReportOptions
{
    /// <summary>The page's heading.</summary>
    public string Title { get; init; } = "Network report";

    /// <summary>Where the connections come from, for a reader ("capture trace.pcapng"); or null.</summary>
    public string? Source { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>Bytes over time counted by packet (<see cref="Monitoring.SessionOptions.Traffic"/>); null to spread each connection's bytes over its life.</summary>
    public TrafficSeries? Traffic { get; init; }
}

/// <summary>
/// A report: one HTML file that holds all it needs and asks the network for nothing. Its Content-Security-Policy lets only its own two scripts
/// and its own style run, by their SHA-256 (W3C CSP level 3).
/// </summary>
public static class ReportPage
{
    private const string Folder = "NetMonitor.Export.Report.Page.";

    private static readonly string[] Libraries = ["uPlot.iife.min.js", "d3-array.min.js", "d3-sankey.min.js"];
    private static readonly string[] Licences = ["uPlot.LICENSE", "d3-array.LICENSE", "d3-sankey.LICENSE"];

    /// <summary>Writes a report.</summary>
    /// <param name="path">The file.</param>
    /// <param name="connections">Gives what it is of; asked once the file could be made, for it may take long.</param>
    /// <param name="options">How it is called.</param>
    /// <param name="replace">Replace the file when it is there.</param>
    /// <exception cref="ExportException">The file cannot be written.</exception>
    public static void Write(string path, Func<IReadOnlyList<NetConnection>> connections, ReportOptions options, bool replace)
    {
        using var file = new WholeFile(path, replace);
        foreach (ReadOnlyMemory<byte> part in Parts(connections(), options))
        {
            file.Write(part.Span);
        }

        file.Complete();
    }

    /// <summary>The page, part by part. Only the template is searched for places to fill, never what fills them.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Parts(IReadOnlyList<NetConnection> connections, ReportOptions options)
    {
        string style = Resource("vendor.uPlot.min.css") + "\n" + Resource("report.css");
        string library = string.Join('\n', Libraries.Select(name => Resource("vendor." + name)));
        string script = Resource("report.js");
        string licences = string.Join('\n', Licences.Select((name, i) => $"{Libraries[i]}\n\n{Resource("vendor." + name)}"));
        var places = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["policy"] = $"default-src 'none'; script-src {Hash(library)} {Hash(script)}; style-src {Hash(style)}; base-uri 'none'; form-action 'none'",
            ["title"] = WebUtility.HtmlEncode(ReportJson.Clean(options.Title)!),
            ["style"] = style,
            ["library"] = library,
            ["script"] = script,
            ["licences"] = WebUtility.HtmlEncode(licences),
        };
        string[] template = Resource("report.html").Split("{{");
        yield return Encoding.UTF8.GetBytes(template[0]);
        foreach (string piece in template[1..])
        {
            int end = piece.IndexOf("}}", StringComparison.Ordinal);
            string name = piece[..end];
            yield return name == "data" ? ReportJson.Write(ReportData.Of(connections, options.Traffic), options) : Encoding.UTF8.GetBytes(places[name]);
            yield return Encoding.UTF8.GetBytes(piece[(end + 2)..]);
        }
    }

    /// <summary>A file of the Page folder, its lines ended as a browser's parser ends them.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"The page's {name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
