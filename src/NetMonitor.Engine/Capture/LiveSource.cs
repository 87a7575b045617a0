using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetMonitor.Packets;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NetMonitor.Capture;

/// <summary>
/// Captures on a live interface. SharpPcap finds and opens the device and sets its filter; the frames are then taken from libpcap itself, straight into the
/// batch, because SharpPcap makes an object of each.
/// </summary>
public sealed unsafe class LiveSource : IFrameSource
{
    /// <summary>The most bytes kept of a frame unless asked otherwise: what tcpdump and Wireshark use.</summary>
    public const int DefaultSnapLength = 262_144;

    /// <summary>Bytes of the kernel's buffer: at 4 MiB a stall of some milliseconds already loses packets.</summary>
    public const int DefaultBufferSize = 32 << 20;

    private const int WaitInterval = 100;               // milliseconds that Read waits for a first frame
    private const int StatisticsInterval = 100;         // milliseconds: on Linux each query reads files
    private const int RestInterval = 100;               // milliseconds that frames captured before a cancellation are still read
    private const int PcapNanoPrecision = 1;            // PCAP_TSTAMP_PRECISION_NANO

    private readonly PcapLibrary _pcap = PcapLibrary.Current!;
    private readonly LibPcapLiveDevice _device;
    private readonly nint _handle;
    private readonly int _descriptor;
    private readonly LinkType _linkType;
    private readonly long _nanosecondsPerFraction;
    private readonly Lock _reading = new();
    private readonly Lock _statistics = new();
    private readonly byte[] _spill;                     // the one frame that did not fit into the last batch
    private FrameRecord _spilled;
    private bool _hasSpilled;
    private volatile bool _cancelled;
    private bool _disposed;
    private long _restUntil;

    private long _received;
    private long _bytes;
    private long _lost;                                 // frames libpcap handed over that had no place: expected to stay 0
    private long _kernelDropped;
    private long _interfaceDropped;
    private PcapStatistics _lastStatistics;
    private long _statisticsTime = long.MinValue;
    private bool _hasStatistics;

    internal LiveSource(LibPcapLiveDevice device)
    {
        _device = device;
        _handle = device.Handle.DangerousGetHandle();   // closed by Dispose only, after the last use
        _linkType = LinkTypes.FromDlt(_pcap.DataLink(_handle));
        bool nanoseconds = _pcap.TimestampPrecision is not null && _pcap.TimestampPrecision(_handle) == PcapNanoPrecision;
        _nanosecondsPerFraction = nanoseconds ? 1 : 1000;
        int snapLength = _pcap.SnapShot(_handle);
        _spill = GC.AllocateUninitializedArray<byte>(snapLength);
        Interfaces = [new CaptureInterface(0, device.Name, string.IsNullOrEmpty(device.Description) ? null : device.Description, _linkType, snapLength)];

        // A blocking pcap_dispatch may stay away for good when no packet comes. Where there is a descriptor to wait on, the wait is ours.
        _descriptor = _pcap.SelectableDescriptor is null ? -1 : _pcap.SelectableDescriptor(_handle);
        byte* error = stackalloc byte[PcapLibrary.ErrorBufferSize];
        if (_descriptor >= 0 && _pcap.SetNonBlock(_handle, 1, error) != 0)
        {
            _descriptor = -1;
        }
    }

    /// <inheritdoc/>
    public string Name => _device.Name;

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <inheritdoc/>
    public SourceCounters Counters
    {
        get
        {
            lock (_statistics)
            {
                UpdateStatistics();
                return new SourceCounters(
                    Volatile.Read(ref _received),
                    Volatile.Read(ref _bytes),
                    _hasStatistics ? _kernelDropped + Volatile.Read(ref _lost) : null,
                    _hasStatistics ? _interfaceDropped : null);
            }
        }
    }

    /// <summary>Opens an interface and starts capturing.</summary>
    /// <param name="interfaceName">Its name as <see cref="CaptureDevices.List"/> gives it; case matters only between names that differ in nothing else. "any" is all of them on Linux.</param>
    /// <param name="filter">A BPF expression (pcap-filter(7)) for the kernel, or null for every frame.</param>
    /// <param name="promiscuous">Ask the interface for frames that are not meant for this machine too.</param>
    /// <param name="snapLength">The most bytes kept of a frame.</param>
    /// <param name="bufferBytes">Bytes of the kernel's buffer.</param>
    /// <exception cref="CaptureException">No such interface, no privilege, no libpcap, or the filter does not compile.</exception>
    public static LiveSource Open(string interfaceName, string? filter = null, bool promiscuous = false, int snapLength = DefaultSnapLength, int bufferBytes = DefaultBufferSize) =>
        LiveDevice.Open(interfaceName, filter, promiscuous, snapLength, bufferBytes);

    /// <summary>Opens an interface several times, so that as many threads can read it: the kernel deals the frames, those of a conversation to the same source.</summary>
    /// <param name="interfaceName">As for <see cref="Open"/>.</param>
    /// <param name="count">How many. Elsewhere than on Linux, where there is no such dealing, one is opened.</param>
    /// <param name="filter">As for <see cref="Open"/>.</param>
    /// <param name="promiscuous">As for <see cref="Open"/>.</param>
    /// <exception cref="CaptureException">As for <see cref="Open"/>, or the system refuses to deal.</exception>
    public static IReadOnlyList<LiveSource> OpenSeveral(string interfaceName, int count, string? filter = null, bool promiscuous = false)
    {
        List<LiveSource> sources = [];
        try
        {
            int? group = null;
            for (int i = 0; i < (OperatingSystem.IsLinux() ? count : 1); i++)
            {
                LiveSource source = Open(interfaceName, filter, promiscuous);
                sources.Add(source);
                if (count > 1 && source._descriptor >= 0)
                {
                    group = PacketFanout.Join(source._descriptor, group)
                        ?? throw new CaptureException(CaptureError.CaptureStopped, $"The system does not deal the frames of '{interfaceName}' to several readers.", "Leave out -Readers.");
                }
            }

            return sources;
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Read(FrameBatch batch)
    {
        lock (_reading)
        {
            batch.Count = 0;
            if (_cancelled)
            {
                return ReadRest(batch);
            }

            Dispatch(batch);
            if (batch.Count == 0 && _descriptor >= 0)
            {
                UnixPoll.WaitForInput(_descriptor, WaitInterval);
                Dispatch(batch);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A waiting <see cref="Read"/> notices within a tenth of a second. What the kernel had captured by then is still handed over.</remarks>
    public void Cancel() => _cancelled = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        Cancel();
        lock (_reading)
        {
            lock (_statistics)
            {
                if (!_disposed)
                {
                    UpdateStatistics(force: true);
                    _disposed = true;
                    _device.Close();
                }
            }
        }
    }

    /// <summary>After a cancellation: what the kernel holds, which it hands over a little late, and for no longer than a busy link may take.</summary>
    private bool ReadRest(FrameBatch batch)
    {
        if (_disposed || _descriptor < 0)
        {
            return false;
        }

        if (_restUntil == 0)
        {
            Thread.Sleep(LiveDevice.HoldBack);
            _restUntil = Environment.TickCount64 + RestInterval;
        }

        if (Environment.TickCount64 < _restUntil)
        {
            Dispatch(batch);
        }

        return batch.Count > 0;
    }

    private void Dispatch(FrameBatch batch)
    {
        fixed (byte* buffer = batch.Buffer, spill = _spill)
        fixed (FrameRecord* frames = batch.Frames)
        {
            Target target = new()
            {
                Handle = _handle,
                BreakLoop = _pcap.BreakLoop,
                Buffer = buffer,
                Capacity = batch.Buffer.Length,
                Frames = frames,
                Spill = spill,
                SpillCapacity = _spill.Length,
                NanosecondsPerFraction = _nanosecondsPerFraction,
                LinkType = _linkType,
            };

            if (_hasSpilled)
            {
                if (_spilled.CapturedLength > batch.Buffer.Length)
                {
                    batch.Buffer = GC.AllocateUninitializedArray<byte>(_spilled.CapturedLength, pinned: true);
                    Dispatch(batch);
                    return;
                }

                _spill.AsSpan(0, _spilled.CapturedLength).CopyTo(batch.Buffer);
                frames[0] = _spilled;
                target.Used = _spilled.CapturedLength;
                target.Count = 1;
                _hasSpilled = false;
            }

            int room = batch.Frames.Length - target.Count;
            int result = room == 0 ? 0 : _pcap.Dispatch(_handle, room, &OnFrame, (nint)(&target));
            _hasSpilled = target.HasSpilled;
            _spilled = target.Spilled;
            batch.Count = target.Count;
            Volatile.Write(ref _received, _received + target.Received);
            Volatile.Write(ref _bytes, _bytes + target.ReceivedBytes);
            Volatile.Write(ref _lost, _lost + target.Lost);

            // Frames that came before the failure are delivered first; libpcap reports it again on the next call.
            if (result < 0 && result != PcapLibrary.Break && target.Count == 0)
            {
                throw new CaptureException(CaptureError.CaptureStopped, $"The capture on '{Name}' ended: {_pcap.LastError(_handle)}");
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFrame(nint user, byte* header, byte* data)
    {
        Target* target = (Target*)user;
        PcapLibrary.ReadHeader(header, out long seconds, out long fraction, out uint captured, out uint wire);
        FrameRecord frame = default;
        frame.Timestamp = (seconds * UnixTime.NanosecondsPerSecond) + (fraction * target->NanosecondsPerFraction);
        frame.CapturedLength = (int)captured;
        frame.WireLength = (int)Math.Clamp(wire, captured, int.MaxValue);
        frame.LinkType = target->LinkType;

        if (!target->HasSpilled && captured <= (uint)(target->Capacity - target->Used))
        {
            frame.Offset = target->Used;
            Unsafe.CopyBlockUnaligned(target->Buffer + target->Used, data, captured);
            target->Frames[target->Count++] = frame;
            target->Used += (int)captured;
        }
        else
        {
            // libpcap looks at the break flag after each packet, so this happens once.
            target->BreakLoop(target->Handle);
            if (target->HasSpilled || captured > (uint)target->SpillCapacity)
            {
                target->Lost++;
                return;
            }

            Unsafe.CopyBlockUnaligned(target->Spill, data, captured);
            target->Spilled = frame;
            target->HasSpilled = true;
        }

        target->Received++;
        target->ReceivedBytes += captured;
    }

    private void UpdateStatistics(bool force = false)
    {
        long now = Environment.TickCount64;
        if (_disposed || (!force && _hasStatistics && now - _statisticsTime < StatisticsInterval))
        {
            return;
        }

        PcapStatistics statistics = default;
        if (_pcap.Statistics(_handle, &statistics) == 0)
        {
            // libpcap counts in 32 bits and wraps around.
            _kernelDropped += statistics.Dropped - _lastStatistics.Dropped;
            _interfaceDropped += statistics.InterfaceDropped - _lastStatistics.InterfaceDropped;
            _lastStatistics = statistics;
            _statisticsTime = now;
            _hasStatistics = true;
        }
    }

    /// <summary>Where the callback puts frames; lives on the stack of one dispatch.</summary>
    private struct Target
    {
        public nint Handle;
        public delegate* unmanaged[Cdecl]<nint, void> BreakLoop;
        public byte* Buffer;
        public int Capacity;
        public int Used;
        public FrameRecord* Frames;
        public int Count;
        public byte* Spill;
        public int SpillCapacity;
        public FrameRecord Spilled;
        public bool HasSpilled;
        public long NanosecondsPerFraction;
        public LinkType LinkType;
        public long Received;
        public long ReceivedBytes;
        public long Lost;
    }
}
