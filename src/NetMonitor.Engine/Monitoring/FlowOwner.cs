using System.Collections.Concurrent;
using NetMonitor.Flows;

namespace NetMonitor.Monitoring;

/// <summary>What attribution found out about a flow. Lies beside its entry; only its shard's thread touches it.</summary>
internal sealed class FlowOwner
{
    /// <summary>How long a connection that the kernel listed counts as alive, nanoseconds: the longest pause between two lists, and some.</summary>
    public const long Alive = 30 * UnixTime.NanosecondsPerSecond;

    public ConnectionOwner? Owner { get; set; }

    public KernelNumbers? Kernel { get; set; }

    /// <summary>The state by the kernel, which counts until a packet is seen.</summary>
    public ConnectionState? State { get; set; }

    /// <summary>When the kernel last listed it as open, nanoseconds since 1970.</summary>
    public long Listed { get; set; }

    /// <summary>The pass that listed it last.</summary>
    public int Pass { get; set; }

    /// <summary>The kernel still has it: it does not time out however silent it is.</summary>
    public bool IsAlive(long now) => Listed != 0 && now - Listed < Alive;
}

/// <summary>What attribution tells a shard about one flow.</summary>
/// <param name="Key">The flow.</param>
/// <param name="LocalSide">The side of the key that this is about.</param>
/// <param name="Owner">Its owner, or null when that was not found.</param>
/// <param name="Kernel">The kernel's numbers, or null.</param>
/// <param name="State">The kernel's state, or null.</param>
/// <param name="RemoteOpened">A local socket listens at its local port, so the other side opened it.</param>
/// <param name="Created">When it was made, nanoseconds since 1970, or 0.</param>
internal readonly record struct OwnerFinding(
    FlowKey Key, int LocalSide, ConnectionOwner? Owner, KernelNumbers? Kernel, ConnectionState? State, bool RemoteOpened, long Created);

/// <summary>A flow that was opened.</summary>
internal readonly record struct NewFlow(FlowKey Key, int LocalSide, long First);

/// <summary>New flows on their way from the shards to attribution. Bounded: what finds no room is found by the next full pass.</summary>
internal sealed class NewFlowQueue
{
    /// <summary>Flows that wait at most (docs/limits.md).</summary>
    public const int Limit = 65_536;

    private readonly ConcurrentQueue<NewFlow> _flows = new();
    private readonly AutoResetEvent _arrived = new(false);
    private int _count;
    private int _waiting;

    /// <summary>Adds a flow. Any shard may.</summary>
    public void Add(in FlowKey key, int localSide, long first)
    {
        if (Interlocked.Increment(ref _count) > Limit)
        {
            Interlocked.Decrement(ref _count);
            return;
        }

        _flows.Enqueue(new NewFlow(key, localSide, first));
        if (Interlocked.Exchange(ref _waiting, 0) == 1)
        {
            _arrived.Set();
        }
    }

    public bool IsEmpty => _flows.IsEmpty;

    public bool TryTake(out NewFlow flow)
    {
        bool taken = _flows.TryDequeue(out flow);
        if (taken)
        {
            Interlocked.Decrement(ref _count);
        }

        return taken;
    }

    /// <summary>Waits for a flow, for <see cref="Wake"/>, or until the time is up.</summary>
    public void Wait(TimeSpan time)
    {
        Volatile.Write(ref _waiting, 1);
        Interlocked.MemoryBarrier();
        if (_flows.IsEmpty)
        {
            _arrived.WaitOne(time);
        }

        Volatile.Write(ref _waiting, 0);
    }

    public void Wake() => _arrived.Set();
}
