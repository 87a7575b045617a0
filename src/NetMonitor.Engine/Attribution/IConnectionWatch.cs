using NetMonitor.Flows;

namespace NetMonitor.Attribution;

/// <summary>Sees processes open connections and send datagrams at the moment they do (Linux: eBPF). One thread uses it.</summary>
internal interface IConnectionWatch : IDisposable
{
    /// <summary>How it watches, for people ("fentry", "typed tracepoints", …).</summary>
    string Method { get; }

    /// <summary>Milliseconds between two calls of <see cref="Drain"/> while something happens, or events are late.</summary>
    int Interval { get; }

    /// <summary>The same while nothing does.</summary>
    int RestInterval { get; }

    /// <summary>Events lost because its buffer was full.</summary>
    long Lost { get; }

    /// <summary>Takes in what happened since the last call.</summary>
    /// <returns>True when anything had.</returns>
    bool Drain();

    /// <summary>The process of a flow, from what was seen in the last minute.</summary>
    ProcessFacts? Find(in FlowKey key, int localSide, out AttributionQuality quality);
}
