namespace NetMonitor.Inspection.Peers;

/// <summary>Bitcoin's peer protocol: every message begins with the network's magic number, a command of 12 bytes filled with zeros, length
/// and checksum; the first of either side is "version" (Bitcoin developer reference, "Message headers").</summary>
internal static class Bitcoin
{
    /// <summary>The main network's magic and the first command.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        Prefix.Of(bytes, [0xF9, 0xBE, 0xB4, 0xD9, (byte)'v', (byte)'e', (byte)'r', (byte)'s', (byte)'i', (byte)'o', (byte)'n', 0, 0, 0, 0, 0]);
}
