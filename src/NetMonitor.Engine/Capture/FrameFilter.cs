using System.Text;
using NetMonitor.Packets;

namespace NetMonitor.Capture;

/// <summary>A libpcap filter expression applied to frames that were captured before: compiled by libpcap, once for each link type that comes.</summary>
internal sealed unsafe class FrameFilter : IDisposable
{
    private const int SnapLength = LiveSource.DefaultSnapLength;
    private const uint NoNetmask = 0xFFFFFFFF;          // PCAP_NETMASK_UNKNOWN

    private static readonly Lock Compiling = new();     // libpcap's compiler kept its state in globals before 1.8

    private readonly string _expression;
    private readonly PcapLibrary _pcap;
    private readonly Dictionary<LinkType, BpfCode?> _programs = []; // null where the expression makes no sense
    private CaptureException? _failure;

    /// <param name="expression">In the language of pcap-filter(7).</param>
    /// <exception cref="CaptureException">It does not compile for any link, or libpcap is not installed.</exception>
    public FrameFilter(string expression)
    {
        _pcap = PcapLibrary.Current ?? throw LiveDevice.LibraryMissing();
        _expression = expression;
        LiveDevice.CheckFilter(expression);
    }

    /// <summary>Why nothing could match: the expression makes no sense on any of the links that came. Null when it does on one.</summary>
    public CaptureException? Failure => _programs.Values.Any(program => program is not null) ? null : _failure;

    /// <summary>Whether a frame is wanted. None is of a link on which the expression makes no sense.</summary>
    public bool Matches(ReadOnlySpan<byte> frame, in FrameRecord record)
    {
        if (!_programs.TryGetValue(record.LinkType, out BpfCode? compiled))
        {
            compiled = _programs[record.LinkType] = Compile(record.LinkType);
        }

        if (compiled is not { } program)
        {
            return false;
        }

        byte* header = stackalloc byte[PcapLibrary.LongestHeader];
        new Span<byte>(header, PcapLibrary.LongestHeader).Clear();
        PcapLibrary.WriteHeader(header, (uint)frame.Length, (uint)record.WireLength);
        fixed (byte* bytes = frame)
        {
            return _pcap.OfflineFilter(&program, header, bytes) != 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BpfCode? program in _programs.Values)
        {
            if (program is { } code)
            {
                _pcap.FreeCode(&code);
            }
        }

        _programs.Clear();
    }

    private BpfCode? Compile(LinkType link)
    {
        lock (Compiling)
        {
            nint handle = _pcap.OpenDead(LinkTypes.ToDlt(link), SnapLength);
            try
            {
                BpfCode program;
                fixed (byte* text = Encoding.UTF8.GetBytes(_expression + '\0'))
                {
                    if (_pcap.Compile(handle, &program, text, 1, NoNetmask) == 0)
                    {
                        return program;
                    }
                }

                _failure ??= LiveDevice.InvalidFilter(_expression, $"{_pcap.LastError(handle)} (link type {link})");
                return null;
            }
            finally
            {
                _pcap.Close(handle);
            }
        }
    }
}
