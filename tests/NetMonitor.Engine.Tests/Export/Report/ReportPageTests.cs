using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NetMonitor.Export;

namespace NetMonitor.Tests.Export.Report;

/// <summary>The page as a file: whole, its owner's alone, and deaf to what names from the wire would have it do.</summary>
public sealed partial class ReportPageTests : IDisposable
{
    private const string Hostile = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>";

    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor-report").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Hostile_names_are_data_and_never_markup()
    {
        string page = Page([ExportConnections.Make(ExportConnections.Tls with { Sni = Hostile }, "HTTPS", host: Hostile)], new ReportOptions { Title = Hostile, Source = Hostile });
        Assert.Equal(3, Regex.Count(page, "<script"));
        Assert.Equal(3, Regex.Count(page, "</script"));
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        Assert.Equal(Hostile, Data(page).GetProperty("top").GetProperty("hosts")[0].GetProperty("name").GetString());
        Assert.Contains("<title>&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_looks_like_a_place_of_the_template_stays_what_it_is()
    {
        string page = Page([ExportConnections.Make(null, host: "{{script}}")], new ReportOptions { Title = "{{data}}" });
        Assert.Contains("<title>{{data}}</title>", page, StringComparison.Ordinal);
        Assert.Equal("{{script}}", Data(page).GetProperty("top").GetProperty("hosts")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("a\u202Egnp.exe", "a\uFFFDgnp.exe")]
    [InlineData("a\0b\nc\u2028d", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData("bücher.example", "bücher.example")]
    public void What_would_hide_or_turn_text_is_shown(string name, string shown) => Assert.Equal(shown, ReportJson.Clean(name));

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("\uFFFDx", ReportJson.Clean("\uD800x"));

    [Fact]
    public void Long_names_are_cut() => Assert.Equal(301, ReportJson.Clean(new string('x', 100_000))!.Length);

    [Fact]
    public void The_policy_lets_only_the_pages_own_script_and_style_run()
    {
        string page = Page([]);
        string policy = Policy().Match(page).Groups[1].Value;
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        foreach (Match element in Elements().Matches(page))
        {
            string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[2].Value)));
            Assert.Contains($"'sha256-{hash}'", policy, StringComparison.Ordinal);
        }

        Assert.Equal(3, Elements().Count(page));
        Assert.DoesNotMatch("(?i)<(link|iframe|object|embed|base|form)[ >]| (src|href|style|on[a-z]+)=\"", Elements().Replace(page, ""));
    }

    [Fact]
    public void The_file_is_its_owners_alone_and_is_replaced_only_when_asked()
    {
        string path = Path.Combine(_folder, "a.html");
        ReportPage.Write(path, () => ExportConnections.All, new ReportOptions(), replace: false);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        bool asked = false;
        ExportException error = Assert.Throws<ExportException>(() => ReportPage.Write(path, Connections, new ReportOptions(), replace: false));
        Assert.Equal(ExportError.ExportFileExists, error.Error);
        Assert.False(asked);
        ReportPage.Write(path, Connections, new ReportOptions(), replace: true);
        Assert.True(asked);

        NetConnection[] Connections()
        {
            asked = true;
            return [];
        }
    }

    [Fact]
    public void The_bundled_libraries_are_those_that_were_published()
    {
        string folder = Path.Combine(DocumentedTables.Repository, "src", "NetMonitor.Engine", "Export", "Report", "Page", "vendor");
        JsonElement[] files = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "charts.json"))).RootElement.EnumerateArray()
            .SelectMany(package => package.GetProperty("files").EnumerateArray())];
        Assert.Equal(
            Directory.GetFiles(folder).Select(Path.GetFileName).Where(name => name != "charts.json").Order(StringComparer.Ordinal),
            files.Select(file => file.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        foreach (JsonElement file in files)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(ReportPage.Resource("vendor." + file.GetProperty("name").GetString()));
            Assert.Equal(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    private static string Page(IReadOnlyList<NetConnection> connections, ReportOptions? options = null) =>
        string.Concat(ReportPage.Parts(connections, options ?? new ReportOptions()).Select(part => Encoding.UTF8.GetString(part.Span)));

    private static JsonElement Data(string page) => JsonDocument.Parse(DataElement().Match(page).Groups[1].Value).RootElement;

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<(script|style)>(.*?)</\\1>", RegexOptions.Singleline)]
    private static partial Regex Elements();

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataElement();
}
