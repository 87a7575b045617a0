using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using NetMonitor.Inspection.Dns;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Names;

/// <summary>Asks a name server for PTR records over UDP (RFC 1035), by one socket, so that its flow can be told from the user's.</summary>
internal sealed class UdpNameServer : INameServer
{
    private const int DnsPort = 53;
    private const int LongestMessage = 1232; // bytes that travel unfragmented (dnsflagday.net 2020); answers are far smaller
    private const int IPv4Size = 4;
    private const int AddressSize = 16;
    private const int PtrType = 12;
    private const int InternetClass = 1;
    private const int RecursionDesired = 0x0100;

    private readonly Socket _socket;
    private readonly ConcurrentDictionary<ushort, (string Question, TaskCompletionSource<string?> Answer)> _asked = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiver;

    /// <summary>Opens a socket to a server.</summary>
    /// <exception cref="SocketException">There is no way to it.</exception>
    public UdpNameServer(IPEndPoint server)
    {
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Connect(server);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        Flow = ((ushort)((IPEndPoint)_socket.LocalEndPoint!).Port, IPAddressValue.From(server.Address), (ushort)server.Port);
        _receiver = Task.Run(ReceiveAsync);
    }

    /// <inheritdoc/>
    public (ushort LocalPort, IPAddressValue Server, ushort ServerPort) Flow { get; }

    /// <summary>Opens the servers that the system asks, those that can be reached; at most 3 (resolv.conf(5), MAXNS).</summary>
    public static IReadOnlyList<INameServer> OfSystem()
    {
        const int Most = 3;
        var servers = new List<INameServer>();
        foreach (IPAddress address in Addresses().Distinct().Take(Most))
        {
            try
            {
                servers.Add(new UdpNameServer(new IPEndPoint(address, DnsPort)));
            }
            catch (SocketException)
            {
                // No route to it.
            }
        }

        return servers;
    }

    /// <summary>The name whose PTR record names an address (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
    public static string QuestionOf(IPAddressValue address)
    {
        Span<byte> bytes = stackalloc byte[AddressSize];
        address.WriteTo(bytes);
        var name = new StringBuilder();
        if (address.IsIPv4)
        {
            for (int i = AddressSize - 1; i >= AddressSize - IPv4Size; i--)
            {
                name.Append(CultureInfo.InvariantCulture, $"{bytes[i]}.");
            }

            return name.Append("in-addr.arpa").ToString();
        }

        for (int i = AddressSize - 1; i >= 0; i--)
        {
            name.Append(CultureInfo.InvariantCulture, $"{bytes[i] & 0xF:x}.{bytes[i] >> 4:x}.");
        }

        return name.Append("ip6.arpa").ToString();
    }

    /// <summary>A query for the PTR record of a name.</summary>
    public static byte[] Query(ushort id, string name)
    {
        using var bytes = new MemoryStream();
        foreach (int number in new[] { id, RecursionDesired, 1, 0, 0, 0 })
        {
            Write(bytes, number);
        }

        foreach (string label in name.Split('.'))
        {
            bytes.WriteByte((byte)label.Length);
            bytes.Write(Encoding.ASCII.GetBytes(label));
        }

        bytes.WriteByte(0);
        Write(bytes, PtrType);
        Write(bytes, InternetClass);
        return bytes.ToArray();
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">A datagram from the server.</param>
    /// <param name="id">Which query it answers.</param>
    /// <param name="question">The name that was asked for.</param>
    /// <param name="name">The first name in the answer; null when there is none.</param>
    /// <returns>False for anything but an answer to one question.</returns>
    public static bool TryReadAnswer(ReadOnlySpan<byte> bytes, out ushort id, out string? question, out string? name)
    {
        (id, question, name) = (0, null, null);
        if (!DnsMessage.TryParse(bytes, DnsStrictness.Lax, out DnsMessage message) || !message.IsResponse || message.Questions != 1)
        {
            return false;
        }

        id = message.Id;
        int at = DnsMessage.HeaderSize;
        question = DnsName.Read(bytes, ref at, unicode: false);
        at = message.AnswersAt;
        for (int left = message.Answers; left > 0 && name is null && DnsRecord.TryRead(bytes, ref at, out DnsRecord record); left--)
        {
            int dataAt = record.DataAt;
            name = record.Type == PtrType ? DnsName.Read(bytes, ref dataAt, unicode: false) : null;
        }

        name = name is "." ? null : name;
        return true;
    }

    /// <inheritdoc/>
    public async Task<string?> AskAsync(IPAddressValue address, CancellationToken cancellation)
    {
        string question = QuestionOf(address);
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        ushort id;
        do
        {
            id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        }
        while (!_asked.TryAdd(id, (question, answer)));

        try
        {
            await _socket.SendAsync(Query(id, question), cancellation).ConfigureAwait(false);
            return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _receiver.Wait();
        _stop.Dispose();
    }

    private static IEnumerable<IPAddress> Addresses()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(i => i.GetIPProperties().DnsAddresses);
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    private static void Write(MemoryStream bytes, int number)
    {
        Span<byte> two = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(two, (ushort)number);
        bytes.Write(two);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[LongestMessage];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int length = await _socket.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                if (TryReadAnswer(buffer.AsSpan(0, length), out ushort id, out string? question, out string? name)
                    && _asked.TryGetValue(id, out (string Question, TaskCompletionSource<string?> Answer) asked)
                    && string.Equals(question, asked.Question, StringComparison.OrdinalIgnoreCase))
                {
                    asked.Answer.TrySetResult(name);
                }
            }
            catch (SocketException)
            {
                // Nobody listens there (ICMP says so): those who wait are answered by the next server when their time is up.
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
