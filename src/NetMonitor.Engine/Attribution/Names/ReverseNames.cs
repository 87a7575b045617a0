using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using NetMonitor.Packets;

namespace NetMonitor.Attribution.Names;

/// <summary>Asks one name server.</summary>
internal interface INameServer : IDisposable
{
    /// <summary>The flow of the questions as it is seen on the wire: our own address is any of this host's.</summary>
    (ushort LocalPort, IPAddressValue Server, ushort ServerPort) Flow { get; }

    /// <summary>The name of an address; null when it has none.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">No answer in time.</exception>
    Task<string?> AskAsync(IPAddressValue address, CancellationToken cancellation);
}

/// <summary>
/// The names that reverse DNS gives addresses (RFC 1035 section 3.5). Asked beside the packet path, by few workers; the answers are kept for
/// a time, and that there is none too. Only addresses that the settings allow leave this machine as questions.
/// </summary>
internal sealed class ReverseNames : IDisposable
{
    /// <summary>Addresses remembered, with a name or without one (docs/limits.md).</summary>
    public const int Limit = 16_384;

    /// <summary>Questions that wait to be asked (docs/limits.md).</summary>
    public const int QueueLimit = 1_024;

    /// <summary>Questions asked at once (docs/limits.md).</summary>
    public const int Workers = 8;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepName = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepNothing = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<INameServer> _servers;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<IPAddressValue, Known> _known = new();
    private readonly Channel<IPAddressValue> _questions =
        Channel.CreateBounded<IPAddressValue>(new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.Wait });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;
    private int _underWay;
    private bool _disposed;

    private readonly record struct Known(string? Name, long Until);

    /// <param name="servers">Asked in order until one answers; disposed with this.</param>
    /// <param name="includePrivate">Ask for private addresses too.</param>
    /// <param name="time">Tells when an answer is too old.</param>
    public ReverseNames(IReadOnlyList<INameServer> servers, bool includePrivate, TimeProvider? time = null)
    {
        _servers = servers;
        _time = time ?? TimeProvider.System;
        IncludesPrivate = includePrivate;
        _workers = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Whether private addresses are asked for too.</summary>
    public bool IncludesPrivate { get; }

    /// <summary>Questions not answered yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Asks for the name of an address, unless that is known, under way or not allowed. Never waits.</summary>
    public void Request(IPAddressValue address, AddressScope scope)
    {
        bool allowed = scope == AddressScope.Public || (IncludesPrivate && scope is AddressScope.Private or AddressScope.CarrierNat or AddressScope.LinkLocal);
        if (!allowed || _servers.Count == 0 || (_known.TryGetValue(address, out Known known) && known.Until > Now))
        {
            return;
        }

        if (_known.Count >= Limit)
        {
            Forget();
        }

        // Under way counts as known to have no name, for as long as an answer may take.
        if (_known.Count < Limit)
        {
            _known[address] = new Known(null, Now + (long)(AnswerTime * (_servers.Count + 1)).TotalMilliseconds);
            Interlocked.Increment(ref _underWay);
            if (!_questions.Writer.TryWrite(address))
            {
                _known.TryRemove(address, out _);
                Interlocked.Decrement(ref _underWay);
            }
        }
    }

    /// <summary>The name of an address, or null when there is none or it is not known yet.</summary>
    public string? Find(IPAddressValue address) => _known.TryGetValue(address, out Known known) ? known.Name : null;

    /// <summary>True for the flow that our own questions travel in.</summary>
    public bool IsOwn(ushort portA, IPAddressValue a, ushort portB, IPAddressValue b)
    {
        foreach (INameServer server in _servers)
        {
            (ushort port, IPAddressValue address, ushort serverPort) = server.Flow;
            if ((portA == port && portB == serverPort && b == address) || (portB == port && portA == serverPort && a == address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits until every question asked so far is answered, or the time is up.</summary>
    public void WaitForAnswers(TimeSpan most, CancellationToken cancellation)
    {
        long begun = _time.GetTimestamp();
        while (UnderWay > 0 && _time.GetElapsedTime(begun) < most && !cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10)))
        {
        }
    }

    /// <summary>Ends the workers and closes the sockets.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _questions.Writer.TryComplete();
        _stop.Cancel();
        Task.WaitAll(_workers);
        foreach (INameServer server in _servers)
        {
            server.Dispose();
        }

        _stop.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task WorkAsync()
    {
        try
        {
            while (await _questions.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                while (_questions.Reader.TryRead(out IPAddressValue address))
                {
                    string? name = await AskAsync(address).ConfigureAwait(false);
                    _known[address] = new Known(name, Now + (long)(name is null ? KeepNothing : KeepName).TotalMilliseconds);
                    Interlocked.Decrement(ref _underWay);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped: what is still asked is of no use any more.
        }
    }

    private async Task<string?> AskAsync(IPAddressValue address)
    {
        foreach (INameServer server in _servers)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(AnswerTime);
            try
            {
                return await server.AskAsync(address, limit.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !_stop.IsCancellationRequested))
            {
                // The next one, if there is one.
            }
        }

        return null;
    }

    /// <summary>Lets go of what is too old, and of a quarter of the rest when that is not enough.</summary>
    private void Forget()
    {
        long now = Now;
        int most = Limit * 3 / 4;
        foreach ((IPAddressValue address, Known known) in _known)
        {
            if (known.Until <= now || _known.Count > most)
            {
                _known.TryRemove(address, out _);
            }
        }
    }
}
