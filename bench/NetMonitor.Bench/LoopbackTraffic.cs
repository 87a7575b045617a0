using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetMonitor.Bench;

/// <summary>Conversations over loopback for pictures of the view: HTTP, Redis, SSH greetings and raw streams between sockets of this process.</summary>
internal static class LoopbackTraffic
{
    private const int Clients = 40;

    private static readonly (int Port, string Ask, string Answer, int Size)[] Talks =
    [
        (8080, "GET /files/{0} HTTP/1.1\r\nHost: files{1}.example.com\r\nUser-Agent: curl/8.5.0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20000\r\n\r\n", 20_000),
        (6379, "*2\r\n$3\r\nGET\r\n$7\r\nuser:{0:000}\r\n", "$-1\r\n", 0),
        (2222, "SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", 0),
        (8000, "GET /api/v1/items/{0} HTTP/1.1\r\nHost: api{1}.example.net\r\nUser-Agent: demo/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 700\r\n\r\n", 700),
    ];

    /// <summary>Talks for a time.</summary>
    public static async Task RunAsync(TimeSpan time)
    {
        using var end = new CancellationTokenSource(time);
        List<Task> all = [.. Talks.Select(talk => ServeAsync(talk.Port, talk.Answer, talk.Size, end.Token))];
        await Task.Delay(TimeSpan.FromMilliseconds(200)).ConfigureAwait(false);
        all.AddRange(Enumerable.Range(0, Clients).Select(client => TalkAsync(client, end.Token)));
        await Task.WhenAll(all.Select(Quietly)).ConfigureAwait(false);
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException)
        {
            // The time was up in the middle of a sentence.
        }
    }

    private static async Task ServeAsync(int port, string answer, int size, CancellationToken end)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        byte[] bytes = [.. Encoding.ASCII.GetBytes(answer), .. Enumerable.Repeat((byte)'x', size)];
        while (!end.IsCancellationRequested)
        {
            _ = Quietly(AnswerAsync(await listener.AcceptTcpClientAsync(end).ConfigureAwait(false), bytes, end));
        }
    }

    private static async Task AnswerAsync(TcpClient client, byte[] answer, CancellationToken end)
    {
        using (client)
        {
            byte[] buffer = new byte[65_536];
            while (await client.GetStream().ReadAsync(buffer, end).ConfigureAwait(false) > 0)
            {
                await client.GetStream().WriteAsync(answer, end).ConfigureAwait(false);
            }
        }
    }

    private static async Task TalkAsync(int number, CancellationToken end)
    {
        (int port, string ask, _, _) = Talks[number % Talks.Length];
        var random = new Random(number);
        byte[] buffer = new byte[65_536];
        while (!end.IsCancellationRequested)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, end).ConfigureAwait(false);
            for (int turn = random.Next(5, 200); turn > 0; turn--)
            {
                byte[] question = Encoding.ASCII.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, ask, turn, number));
                await client.GetStream().WriteAsync(question, end).ConfigureAwait(false);
                _ = await client.GetStream().ReadAsync(buffer, end).ConfigureAwait(false);
                await Task.Delay(random.Next(10, number == 0 ? 30 : 800), end).ConfigureAwait(false);
            }
        }
    }
}
