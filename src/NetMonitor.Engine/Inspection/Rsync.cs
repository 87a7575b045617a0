namespace NetMonitor.Inspection;

/// <summary>rsync's daemon protocol: either side begins with "@RSYNCD: " and a version (rsync, "csprotocol.txt").</summary>
internal static class Rsync
{
    /// <summary>The greeting and a digit.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> greeting = "@RSYNCD: "u8;
        Match match = Prefix.Of(bytes, greeting);
        return match != Match.Yes ? match : bytes.Length == greeting.Length ? Match.NeedMore
            : char.IsAsciiDigit((char)bytes[greeting.Length]) ? Match.Yes : Match.No;
    }
}
