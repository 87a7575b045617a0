using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

/// <summary>
/// What a row says of the first byte of its datagrams (<see cref="ProtocolRow.DatagramFirst"/>), held beside its probe. Every datagram of every test of a protocol passes here,
/// once with each first byte.
/// </summary>
internal static class DatagramFirst
{
    private static readonly ProtocolRow[] Rows = [.. ProtocolTable.Rows.Where(row => row.DatagramFirst is not null)];

    public static void Check(in FlowContext context, Side from, ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty)
        {
            return;
        }

        Span<byte> changed = stackalloc byte[datagram.Length]; // no garbage: some tests count it
        datagram.CopyTo(changed);
        for (int first = 0; first <= byte.MaxValue; first++)
        {
            changed[0] = (byte)first;
            foreach (ProtocolRow row in Rows)
            {
                if (!row.DatagramFirst!((byte)first) && row.DatagramProbe!(context, from, changed) == Match.Yes)
                {
                    Assert.Fail($"{row.Name} takes a datagram that begins with 0x{first:X2}, and its row says it cannot.");
                }
            }
        }
    }
}
