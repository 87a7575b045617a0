using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>An interface that frames were captured on, as the live device or the capture file describes it.</summary>
/// <param name="Id">Its index in <see cref="IFrameSource.Interfaces"/>.</param>
/// <param name="Name">Its name ("eth0"); null where a file does not say.</param>
/// <param name="Description">More words about it, or null.</param>
/// <param name="LinkType">What its frames start with.</param>
/// <param name="SnapLength">The most bytes kept of a frame; 0 for no limit.</param>
public sealed record CaptureInterface(int Id, string? Name, string? Description, LinkType LinkType, int SnapLength);

/// <summary>Counts of a source since it was opened. A number that is not known is null.</summary>
/// <param name="Received">Frames read.</param>
/// <param name="Bytes">Captured bytes read.</param>
/// <param name="KernelDropped">Frames the kernel dropped because its buffer was full.</param>
/// <param name="InterfaceDropped">Frames the interface or its driver dropped.</param>
public readonly record struct SourceCounters(long Received, long Bytes, long? KernelDropped, long? InterfaceDropped);

/// <summary>Where frames come from: a live interface, a file, a pipe. One thread reads; any thread may cancel.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>How people call it: the interface's name or the file's path.</summary>
    string Name { get; }

    /// <summary>True when time passes by itself: the source must be kept up with. False for files, which wait.</summary>
    bool IsLive { get; }

    /// <summary>The interfaces known so far. A file may declare more as it is read; the list only grows.</summary>
    IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>What was read and dropped so far. Any thread may ask.</summary>
    SourceCounters Counters { get; }

    /// <summary>Fills the batch with the next frames, blocking until there is at least one (live: or until a short time has passed, then <c>Count</c> is 0).</summary>
    /// <returns>False at the end or after <see cref="Cancel"/>; the batch then holds no frame.</returns>
    /// <exception cref="CaptureException">The source failed or is damaged. Every whole frame before the damage has been delivered by earlier calls.</exception>
    bool Read(FrameBatch batch);

    /// <summary>Makes <see cref="Read"/> return false soon: at once for a file, after what was captured until now for a live source. Any thread, any time, as often as one likes.</summary>
    void Cancel();
}
