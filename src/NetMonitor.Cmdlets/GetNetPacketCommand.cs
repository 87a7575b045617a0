using System.Management.Automation;
using NetMonitor.Capture;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Shows the packets of capture files, decoded: all of them, those a filter lets through, or those of some connections.</summary>
[Cmdlet(VerbsCommon.Get, "NetPacket", DefaultParameterSetName = PathSet)]
[OutputType(typeof(NetPacket))]
public sealed class GetNetPacketCommand : NetMonitorCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<NetConnection> _connections = [];

    /// <summary>Capture files (pcap or pcapng, plain or gzip); "-" for standard input.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Capture files by their exact names.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>Only packets of these connections, as Import-NetCapture wrote them.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public NetConnection[]? Connection { get; set; }

    /// <summary>Only packets that pass, in the language of libpcap ("tcp port 443").</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CaptureFilter { get; set; }

    /// <summary>Ends after so many packets.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long First { get; set; } = long.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessInput() => _connections.AddRange(Connection ?? []);

    /// <inheritdoc/>
    protected override void EndPipeline()
    {
        bool only = MyInvocation.ExpectingInput || Connection is not null;
        bool literal = ParameterSetName == LiteralPathSet;
        long left = First;
        foreach (string file in CapturePaths.Files(this, (literal ? LiteralPath : Path) ?? [], literal))
        {
            try
            {
                foreach (NetPacket packet in PacketReader.Read(file, CaptureFilter, only ? _connections : null, Cancellation))
                {
                    WriteObject(packet);
                    if (--left == 0)
                    {
                        return;
                    }
                }
            }
            catch (CaptureException error)
            {
                WriteError(Errors.From(error, file));
            }
        }
    }
}
