using System.Buffers.Binary;

namespace NetMonitor.Inspection.Industry;

/// <summary>OPC UA over TCP (OPC 10000-6 section 7.1.2): three letters, "F", "C" or "A", the size in little-endian; a client begins
/// with HEL.</summary>
internal sealed class OpcUa : StreamInspector
{
    private const int SizeAt = 4;
    private const int HeaderSize = 8;
    private const int UrlLengthAt = 28;         // behind version, four sizes and counts
    private const int UrlAt = 32;
    private const int AcknowledgeSize = 28;
    private const int LongestHello = UrlAt + 4096; // the standard allows a URL of 4,096 bytes

    private string? _url;

    /// <inheritdoc/>
    public override string Application => "OPC UA";

    private static ReadOnlySpan<byte> Hello => "HELF"u8;

    private static ReadOnlySpan<byte> Acknowledge => "ACKF"u8;

    /// <summary>A hello or its acknowledgment, of a fitting size.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        bool isHello = Prefix.Of(bytes, Hello) != Match.No;
        Match letters = isHello ? Prefix.Of(bytes, Hello) : Prefix.Of(bytes, Acknowledge);
        if (letters != Match.Yes || bytes.Length < HeaderSize)
        {
            return letters == Match.Yes ? Match.NeedMore : letters;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[SizeAt..]);
        return (isHello ? size is >= UrlAt and <= LongestHello : size == AcknowledgeSize) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        if (window.Length < HeaderSize)
        {
            return new Progress(0, Outcome.More);
        }

        if (!window.StartsWith(Hello))
        {
            return new Progress(long.MaxValue, Outcome.More); // The server's side says nothing of interest.
        }

        long size = BinaryPrimitives.ReadUInt32LittleEndian(window[SizeAt..]);
        if (window.Length < size && size <= LongestHello)
        {
            return new Progress(0, Outcome.More);
        }

        if (size is >= UrlAt and <= LongestHello)
        {
            ReadOnlySpan<byte> hello = window[..(int)size]; // What comes behind it is no part of the URL, whatever its length says.
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(hello[UrlLengthAt..]);
            ReadOnlySpan<byte> url = length <= (uint)(hello.Length - UrlAt) ? hello.Slice(UrlAt, (int)length) : default;
            int query = url.IndexOf((byte)'?');
            _url = url.IsEmpty ? null : WireText.Clean(query < 0 ? url : url[..query], InspectionLimits.PathCharacters);
            Changed();
        }

        return new Progress(window.Length, Outcome.Finished);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => new OpcUaDetails { EndpointUrl = _url };
}
