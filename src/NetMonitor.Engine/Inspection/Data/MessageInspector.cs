using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Data;

/// <summary>
/// A protocol of messages that say how long they are. Reads the beginning of each message and skips the rest as it arrives, so that a
/// transfer of gigabytes holds no more than <see cref="LookedAt"/> bytes and any split of the stream gives the same result.
/// </summary>
internal abstract class MessageInspector : StreamInspector
{
    /// <summary>Bytes of a message that are read at most.</summary>
    protected const int LookedAt = 4096;

    private const byte LineFeed = (byte)'\n';

    private Upgrade? _upgrade;

    /// <inheritdoc/>
    public sealed override Upgrade? Upgrade => _upgrade;

    /// <inheritdoc/>
    public sealed override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        long consumed = 0;
        while (consumed < window.Length)
        {
            ReadOnlySpan<byte> rest = window[(int)consumed..];
            Match match = Measure(from, rest, out long size);
            int wanted = (int)Math.Min(size, LookedAt);
            if (match == Match.NeedMore || (match == Match.Yes && rest.Length < wanted))
            {
                break;
            }

            Outcome outcome = match == Match.No ? Outcome.Reject : Read(from, rest[..wanted], size);
            if (outcome == Outcome.Reject || (outcome == Outcome.More && size <= 0))
            {
                // What was read before stands; only a first message can be taken back.
                return new Progress(consumed, consumed > 0 ? Outcome.Finished : Outcome.Reject);
            }

            consumed = size > long.MaxValue - consumed ? long.MaxValue : consumed + size;
            if (outcome != Outcome.More)
            {
                return new Progress(consumed, outcome);
            }
        }

        return new Progress(consumed, Outcome.More);
    }

    /// <summary>Finds out how long the message at the front is, from as few bytes as possible.</summary>
    /// <returns>No when this cannot be a message.</returns>
    protected abstract Match Measure(Side from, ReadOnlySpan<byte> rest, out long size);

    /// <summary>Reads a message.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="message">The whole message, or its first <see cref="LookedAt"/> bytes.</param>
    /// <param name="size">Its whole length.</param>
    protected abstract Outcome Read(Side from, ReadOnlySpan<byte> message, long size);

    /// <summary>TLS begins behind this message, in both directions.</summary>
    protected Outcome StartTls(FlowContext context)
    {
        _upgrade = new Upgrade(context, TlsInspector.Begin(context), Application);
        Changed();
        return Outcome.Upgraded;
    }

    /// <summary>The length of the line at the front, its end included.</summary>
    protected static Match MeasureLine(ReadOnlySpan<byte> rest, out long size)
    {
        const int LongestLine = InspectionLimits.DetectionWindow;
        size = rest[..Math.Min(rest.Length, LongestLine)].IndexOf(LineFeed) + 1;
        return size > 0 ? Match.Yes : rest.Length < LongestLine ? Match.NeedMore : Match.No;
    }

    /// <summary>Whether <paramref name="bytes"/> begin with <paramref name="expected"/>, as far as they go.</summary>
    protected static Match Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        int there = Math.Min(bytes.Length, expected.Length);
        return !bytes[..there].SequenceEqual(expected[..there]) ? Match.No : there < expected.Length ? Match.NeedMore : Match.Yes;
    }

    /// <summary>The bytes before the first NUL, and what is behind it.</summary>
    protected static bool TryReadTerminated(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        int end = rest.IndexOf((byte)0);
        value = end < 0 ? default : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return end >= 0;
    }

    /// <summary>True for visible ASCII.</summary>
    protected static bool IsPrintable(ReadOnlySpan<byte> bytes)
    {
        const byte FirstVisible = 0x20;
        const byte LastVisible = 0x7E;
        return !bytes.ContainsAnyExceptInRange(FirstVisible, LastVisible);
    }
}
