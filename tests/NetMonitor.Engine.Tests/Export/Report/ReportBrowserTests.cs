using System.Text.Json.Nodes;
using NetMonitor.Export;

namespace NetMonitor.Tests.Export.Report;

/// <summary>The page in a browser: it draws, sorts and filters, in both themes and on paper, without a complaint and without a request.</summary>
[Collection(Alone.Name)]
public sealed class ReportBrowserTests : IDisposable
{
    private const string Hostile = "</script><img src=http://192.0.2.1/ onerror=alert(1)>";

    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor-browser").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ChromiumFact]
    public async Task The_page_draws_sorts_and_filters_and_asks_for_nothing()
    {
        NetConnection[] connections =
        [
            .. ExportConnections.All,
            ExportConnections.Make(null, "TELNET", id: 4, host: Hostile),
            .. Enumerable.Range(10, 60).Select(i => ExportConnections.Make(ExportConnections.Http, "HTTP", id: (ulong)i, host: $"host{i}.example")),
        ];
        string path = Path.Combine(_folder, "report.html");
        ReportPage.Write(path, () => connections, new ReportOptions { Title = Hostile }, replace: false);
        await using Chromium browser = await Chromium.Open(path);

        Assert.Equal("yes", (string?)await browser.Evaluate("document.documentElement.dataset.ready"));
        Assert.Equal(Hostile, (string?)await browser.Evaluate("document.querySelector('h1').textContent"));
        Assert.Equal(0, (int?)await browser.Evaluate("document.images.length"));
        Assert.Equal("64", (string?)await browser.Evaluate("document.querySelector('.tile b').textContent"));
        Assert.Equal(2, (int?)await browser.Evaluate("document.querySelectorAll('canvas').length"));
        Assert.True((int?)await browser.Evaluate("document.querySelectorAll('#flow .band').length") > 10);
        Assert.True((int?)await browser.Evaluate("document.querySelectorAll('.finding').length") > 0);
        Assert.True((bool?)await browser.Evaluate(
            "(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v !== 0))(document.querySelector('canvas'))"));

        // Pages of 50.
        Assert.Equal(50, await Rows(browser));
        await browser.Evaluate("document.getElementById('next').click()");
        Assert.Equal(14, await Rows(browser));

        // Filter: words, all of which must occur, wherever they are.
        await Filter(browser, "HTTP host42");
        Assert.Equal(1, await Rows(browser));
        Assert.Contains("host42.example", (string?)await browser.Evaluate("document.querySelector('#connections tbody').textContent"), StringComparison.Ordinal);
        await Filter(browser, "nothing is like this");
        Assert.Equal(0, await Rows(browser));
        await browser.Evaluate("document.getElementById('clear').click()");
        Assert.Equal(50, await Rows(browser));

        // Sort: by a click up, by another down; numbers in names as numbers.
        string[] up = await Sort(browser, "Host");
        Assert.Equal(["host10.example", "host11.example"], up[1..3]);
        Assert.Equal(Hostile, up[0]);
        string[] down = await Sort(browser, "Host");
        Assert.Equal("www.example.com", down[0]);

        // A finding shows its connections; a bar of a list does.
        await browser.Evaluate("[...document.querySelectorAll('.finding')].find(f => f.textContent.includes('Plaintext secrets')).click()");
        Assert.Equal(1, await Rows(browser));
        await browser.Evaluate("[...document.querySelectorAll('.bar')].find(b => b.textContent.includes('DNS')).click()");
        Assert.Equal(1, await Rows(browser));

        // Themes: the system's, then the reader's.
        await browser.PreferColors("dark");
        string? dark = await Background(browser);
        await browser.PreferColors("light");
        string? light = await Background(browser);
        Assert.NotEqual(light, dark);
        await browser.Evaluate("document.querySelector('button[data-theme=dark]').click()");
        Assert.Equal(dark, await Background(browser));

        Assert.True((await browser.Print()).AsSpan().StartsWith("%PDF-"u8));
        Assert.Empty(browser.Complaints);
        Assert.Equal(new Uri(path).AbsoluteUri, Assert.Single(browser.Requests, url => url != "about:blank"));
    }

    [ChromiumFact]
    public async Task A_report_of_nothing_draws_too()
    {
        string path = Path.Combine(_folder, "empty.html");
        ReportPage.Write(path, () => [], new ReportOptions(), replace: false);
        await using Chromium browser = await Chromium.Open(path);
        Assert.Equal("yes", (string?)await browser.Evaluate("document.documentElement.dataset.ready"));
        Assert.Equal(0, await Rows(browser));
        Assert.Empty(browser.Complaints);
    }

    private static async Task<int?> Rows(Chromium browser) => (int?)await browser.Evaluate("document.querySelectorAll('#connections tbody tr').length");

    private static async Task<string?> Background(Chromium browser) => (string?)await browser.Evaluate("getComputedStyle(document.body).backgroundColor");

    /// <summary>Types into the filter, and waits as the page does: its timer was set before ours.</summary>
    private static Task<JsonNode?> Filter(Chromium browser, string words) => browser.Evaluate(
        $"(f => {{ f.value = '{words}'; f.dispatchEvent(new Event('input')); return new Promise(done => setTimeout(() => done(true), 0)); }})(document.getElementById('filter'))");

    /// <summary>Clicks on a heading; gives the column from the top.</summary>
    private static async Task<string[]> Sort(Chromium browser, string heading)
    {
        JsonNode? cells = await browser.Evaluate($$"""
            (() => {
                const heads = [...document.querySelectorAll('#connections th')];
                const at = heads.findIndex(h => h.textContent === '{{heading}}');
                heads[at].firstChild.click();
                return [...document.querySelectorAll('#connections tbody tr')].map(row => row.children[at].textContent);
            })()
            """);
        return [.. cells!.AsArray().Select(cell => (string)cell!)];
    }
}
