using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetMonitor.Tests.Export.Report;

/// <summary>A test that needs a Chromium: skipped, and says so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Program is null ? "there is no Chromium (Debian: apt install chromium; or name it in CHROMIUM)" : null;
}

/// <summary>One page in a headless Chromium, driven over the DevTools protocol (chromedevtools.github.io/devtools-protocol). It may not reach any host.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _profile = Directory.CreateTempSubdirectory("netmonitor-chromium").FullName;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _end = new(Patience);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _asked = new();
    private readonly Process _process;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _listening = Task.CompletedTask;
    private Task _rest = Task.CompletedTask;
    private string? _session;
    private int _number;

    private Chromium()
    {
        var start = new ProcessStartInfo(Program!) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "--window-size=1400,1200", "about:blank",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
    }

    /// <summary>The program, or null.</summary>
    public static string? Program { get; } = Find();

    /// <summary>What the console was told at level warning or error, and exceptions nobody caught.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Addresses the page asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Opens a file and waits until it is loaded.</summary>
    public static async Task<Chromium> Open(string path)
    {
        var browser = new Chromium();
        try
        {
            await browser.Connect();
            await browser.Load(path);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync(); // a browser does not end with its test by itself
            throw;
        }
    }

    /// <summary>The value of an expression in the page, as JSON.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        JsonNode? answer = await Ask("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.Null(answer!["exceptionDetails"]?.ToJsonString());
        return answer["result"]!["value"];
    }

    /// <summary>Asks for light or dark, as the system would.</summary>
    public Task<JsonNode?> PreferColors(string scheme) => Ask("Emulation.setEmulatedMedia", new JsonObject
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
    });

    /// <summary>The page as it would be printed: the bytes of a PDF.</summary>
    public async Task<byte[]> Print() => Convert.FromBase64String((string)(await Ask("Page.printToPDF", []))!["data"]!);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
        await _listening;
        _socket.Dispose();
        _end.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A helper of the browser that is just ending still writes there; the folder is a temporary one.
        }
    }

    private static string? Find()
    {
        string?[] names = [Environment.GetEnvironmentVariable("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return names.OfType<string>().SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    /// <summary>The browser says on its error stream where it listens; what it says after that is of no interest.</summary>
    private async Task Connect()
    {
        const string Listening = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(_end.Token) ?? throw new InvalidOperationException("Chromium ended before it listened.");
        }
        while (!line.StartsWith(Listening, StringComparison.Ordinal));
        _rest = Task.WhenAll(_process.StandardError.ReadToEndAsync(), _process.StandardOutput.ReadToEndAsync()); // a full pipe would stop it
        await _socket.ConnectAsync(new Uri(line[Listening.Length..]), _end.Token);
        _listening = Listen();
    }

    private async Task Load(string path)
    {
        JsonNode? target = await Ask("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonNode? session = await Ask("Target.attachToTarget", new JsonObject { ["targetId"] = (string)target!["targetId"]!, ["flatten"] = true });
        _session = (string)session!["sessionId"]!;
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await Ask(domain + ".enable", []);
        }

        await Ask("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
        await _loaded.Task.WaitAsync(_end.Token);
    }

    private async Task<JsonNode?> Ask(string method, JsonObject parameters)
    {
        int number = Interlocked.Increment(ref _number);
        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[number] = answer;
        var message = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        return await answer.Task.WaitAsync(_end.Token);
    }

    private async Task Listen()
    {
        byte[] buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Take(JsonNode.Parse(message.ToArray())!);
                    message.SetLength(0);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or JsonException)
        {
            foreach (TaskCompletionSource<JsonNode?> asked in _asked.Values)
            {
                asked.TrySetException(e);
            }
        }
    }

    private void Take(JsonNode message)
    {
        if ((int?)message["id"] is { } number && _asked.TryRemove(number, out TaskCompletionSource<JsonNode?>? asked))
        {
            if (message["error"] is { } error)
            {
                asked.SetException(new InvalidOperationException(error.ToJsonString()));
            }
            else
            {
                asked.SetResult(message["result"]);
            }

            return;
        }

        JsonNode? told = message["params"];
        switch ((string?)message["method"])
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                Requests.Enqueue((string)told!["request"]!["url"]!);
                break;
            case "Runtime.exceptionThrown":
            case "Log.entryAdded":
            case "Runtime.consoleAPICalled" when (string?)told!["type"] is "error" or "warning" or "assert":
                Complaints.Enqueue(told!.ToJsonString());
                break;
        }
    }
}
