using System.Net;
using NetMonitor.Capture;

namespace NetMonitor.Monitoring;

/// <summary>What a monitor watches and how.</summary>
public sealed record SessionOptions
{
    /// <summary>How users call the monitor; null for the source's name.</summary>
    public string? Name { get; init; }

    /// <summary>Counts bytes over time as a file is imported (<see cref="CaptureImport"/> only); null for not.</summary>
    public Export.TrafficSeries? Traffic { get; init; }

    /// <summary>Interfaces to capture on; empty for the one of the default route. Ignored when <see cref="Path"/> is set.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>A capture file to replay instead, or "-" for standard input.</summary>
    public string? Path { get; init; }

    /// <summary>Replay at the speed of the capture's own clock.</summary>
    public bool Pace { get; init; }

    /// <summary>A BPF expression for the kernel (live), or for the frames that an import reads; null for all.</summary>
    public string? CaptureFilter { get; init; }

    /// <summary>A TLS key log (SSLKEYLOGFILE) to decrypt with; null for none. A live monitor reads what is added to it, and it need not exist yet.</summary>
    public string? KeyLog { get; init; }

    /// <summary>Put the interfaces into promiscuous mode.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Do not look into payloads.</summary>
    public bool NoInspection { get; init; }

    /// <summary>Show connections with both ends on loopback. Implied when a loopback interface is named, and for files.</summary>
    public bool IncludeLoopback { get; init; }

    /// <summary>Addresses that count as local in a file (live: besides the host's own).</summary>
    public IReadOnlyList<IPAddress> LocalAddresses { get; init; } = [];

    /// <summary>Networks that count as local in a file (live: besides the host's own addresses).</summary>
    public IReadOnlyList<IPNetwork> LocalNetworks { get; init; } = [];

    /// <summary>When silent connections leave the table. Those of a file never do; for them it gives timeout and staleness.</summary>
    public TimeoutPolicy Policy { get; init; } = TimeoutPolicy.Default;

    /// <summary>The most connections tracked at a time; null for the default (docs/limits.md; a file has none).</summary>
    public int? ConnectionLimit { get; init; }

    /// <summary>The most closed connections remembered; null for the default (docs/limits.md; of a file all).</summary>
    public int? HistorySize { get; init; }
    /// <summary>Where to log what happens to connections; null for nowhere.</summary>
    public Export.EventLogOptions? EventLog { get; init; }

    /// <summary>Where to log what the monitor itself does; null for nowhere.</summary>
    public LogOptions? Log { get; init; }

    /// <summary>Where to write every packet; null for nowhere.</summary>
    public Export.RecordingOptions? Recording { get; init; }

    /// <summary>How long the last packets are kept in memory, for <see cref="NetMonitorSession.SaveCapture"/>; zero for not at all.</summary>
    public TimeSpan FlightRecorder { get; init; }

    /// <summary>The most bytes of packets the flight recorder keeps.</summary>
    public long FlightRecorderBytes { get; init; } = 64 << 20;

    /// <summary>Ask reverse DNS for the names of public remote addresses. Sends the addresses to this machine's name servers.</summary>
    public bool ResolveNames { get; init; }

    /// <summary>Ask for the names of private addresses too; implies <see cref="ResolveNames"/>.</summary>
    public bool ResolvePrivateNames { get; init; }

    /// <summary>Databases of places in MaxMind's format, the best first; empty for those where the system keeps them.</summary>
    public IReadOnlyList<string> GeoDatabases { get; init; } = [];

    /// <summary>Do not look for the processes that own connections.</summary>
    public bool NoAttribution { get; init; }

    /// <summary>Read the command lines of owning processes too. They can hold secrets.</summary>
    public bool IncludeCommandLine { get; init; }

    /// <summary>Threads that track flows. 0: as many as <see cref="Readers"/>.</summary>
    public int Shards { get; init; }

    /// <summary>The most <see cref="Readers"/> (docs/limits.md).</summary>
    public const int MostReaders = 16;

    /// <summary>Threads that read each live interface; on Linux the kernel deals the frames between them, elsewhere there is one. A file has one
    /// reader, and this many threads that track. 0 is 1.</summary>
    public int Readers { get; init; }

    internal int ShardCount => Math.Max(1, Math.Max(Shards, Readers));
}

/// <summary>Where a monitor is in its life.</summary>
public enum SessionStatus
{
    /// <summary>Capturing or replaying.</summary>
    Running,

    /// <summary>The file was read to its end; its connections can still be asked for.</summary>
    Completed,

    /// <summary>Stopped by the user.</summary>
    Stopped,

    /// <summary>The source failed; see <see cref="NetMonitorSession.Failure"/>. The connections seen so far can still be asked for.</summary>
    Failed,
}

/// <summary>What a monitor counted since it started.</summary>
public sealed record SessionCounters
{
    /// <summary>Frames received.</summary>
    public long Received { get; init; }

    /// <summary>Captured bytes received.</summary>
    public long Bytes { get; init; }

    /// <summary>Frames the kernel dropped because its buffer was full; null where that is not known.</summary>
    public long? KernelDropped { get; init; }

    /// <summary>Frames the interface dropped; null where that is not known.</summary>
    public long? InterfaceDropped { get; init; }

    /// <summary>Frames dropped because a shard's queue was full.</summary>
    public long QueueDropped { get; init; }

    /// <summary>Frames written to the recording; null without one.</summary>
    public long? Recorded { get; init; }

    /// <summary>Frames missing in the recording, because the disk did not follow or a write failed; null without one.</summary>
    public long? RecordingDropped { get; init; }

    /// <summary>Events the log did not take because the disk did not follow; null without a log.</summary>
    public long? EventLogDropped { get; init; }

    /// <summary>IP and ARP packets tracked.</summary>
    public long Packets { get; init; }

    /// <summary>Frames without a trackable packet, by reason ("LinkType:147", "EtherType:88cc", "IPv4 header", …).</summary>
    public IReadOnlyDictionary<string, long> NotTracked { get; init; } = new Dictionary<string, long>();

    /// <summary>Connections in the table now.</summary>
    public long Connections { get; init; }

    /// <summary>Connections opened.</summary>
    public long Opened { get; init; }

    /// <summary>Connections closed or timed out.</summary>
    public long Closed { get; init; }

    /// <summary>New connections not tracked because the table was full of others that matter more.</summary>
    public long TableFull { get; init; }

    /// <summary>Connections let go because the table was full, that only one side had spoken on or whose handshake was not complete.</summary>
    public long EvictedHalfOpen { get; init; }

    /// <summary>Other connections let go because the table was full.</summary>
    public long EvictedOther { get; init; }

    /// <summary>TCP segments that came within 30 s after their connection had closed and left the table: no connection counts them,
    /// <see cref="Packets"/> does.</summary>
    public long LateSegments { get; init; }

    /// <summary>Closed connections remembered now.</summary>
    public long Historic { get; init; }
}
