using System.Buffers.Binary;

namespace NetMonitor.Inspection.Routing;

/// <summary>What routers tell collectors of their traffic. Counts and lengths in every message must agree with the datagram's own length,
/// which makes it certain on any port.</summary>
internal static class FlowExport
{
    private const int Header5 = 24;       // bytes
    private const int Record5 = 48;
    private const int Most5 = 30;         // records
    private const int Header9 = 20;
    private const int HeaderIpfix = 16;
    private const int SetHeader = 4;      // id, length
    private const int FirstDataSet = 256;
    private const uint PlausibleTime = 0x3A000000; // the year 2000; seconds since 1970
    private const int SFlowVersion = 5;
    private const int SFlowAddress4 = 1;
    private const int SFlowAddress6 = 2;
    private const int SFlowMostSamples = 1000;
    private const int SFlowMostSampleTypes = 5; // of enterprise 0; a type above 4,096 has an enterprise

    /// <summary>NetFlow 5 (Cisco "NetFlow Export Datagram Format"), 9 (RFC 3954 section 5) and IPFIX (RFC 7011 section 3).</summary>
    public static Match NetFlow(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderIpfix + SetHeader)
        {
            return Match.No;
        }

        bool known = BinaryPrimitives.ReadUInt16BigEndian(bytes) switch
        {
            5 => bytes[3] is > 0 and <= Most5 && bytes.Length == Header5 + (bytes[3] * Record5) && bytes[2] == 0 && HasTime(bytes, 8),
            9 => bytes.Length > Header9 && HasTime(bytes, 8) && AreSets(bytes[Header9..], template: 0),
            10 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) == bytes.Length && HasTime(bytes, 4) && AreSets(bytes[HeaderIpfix..], template: 2),
            _ => false,
        };
        return known ? Match.Yes : Match.No;
    }

    /// <summary>sFlow 5 (sflow.org "sFlow Version 5", section 5): an agent's address, then as many samples as it says, to the last byte.</summary>
    public static Match SFlow(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        if (!reader.TryReadUInt32(out uint version) || version != SFlowVersion || !reader.TryReadUInt32(out uint address)
            || address is not (SFlowAddress4 or SFlowAddress6) || !reader.TryRead(address == SFlowAddress4 ? 4 : 16, out _)
            || !reader.TryRead(3 * sizeof(uint), out _) || !reader.TryReadUInt32(out uint samples) || samples is 0 or > SFlowMostSamples)
        {
            return Match.No;
        }

        for (; samples > 0; samples--)
        {
            if (!reader.TryReadUInt32(out uint type) || type is 0 or (>= SFlowMostSampleTypes and < 4096)
                || !reader.TryReadUInt32(out uint length) || length > int.MaxValue || !reader.TryRead((int)length, out _))
            {
                return Match.No;
            }
        }

        return reader.IsEmpty ? Match.Yes : Match.No;
    }

    private static bool HasTime(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) >= PlausibleTime;

    private static bool AreSets(ReadOnlySpan<byte> sets, int template)
    {
        while (sets.Length >= SetHeader)
        {
            int id = BinaryPrimitives.ReadUInt16BigEndian(sets);
            int length = BinaryPrimitives.ReadUInt16BigEndian(sets[2..]);
            if ((id < FirstDataSet && id != template && id != template + 1) || length < SetHeader || length > sets.Length)
            {
                return false;
            }

            sets = sets[length..];
        }

        return sets.IsEmpty;
    }
}
