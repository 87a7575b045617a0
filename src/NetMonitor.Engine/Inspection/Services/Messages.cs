namespace NetMonitor.Inspection.Services;

/// <summary>What a message brought.</summary>
internal enum Reading : byte
{
    /// <summary>It is not one of this protocol.</summary>
    Reject,

    /// <summary>Nothing that was not known.</summary>
    Nothing,

    /// <summary>Something new.</summary>
    Learned,

    /// <summary>The last that was expected.</summary>
    Finished,

    /// <summary>Another protocol follows: <see cref="Messages.Upgrade"/>.</summary>
    Upgraded,
}

/// <summary>What a protocol of separate messages said, whether they came in datagrams or framed in a stream.</summary>
internal abstract class Messages
{
    /// <summary>See <see cref="Inspector.Application"/>.</summary>
    public abstract string Application { get; }

    /// <summary>See <see cref="Inspector.Confidence"/>.</summary>
    public virtual Confidence Confidence => Confidence.Decoded;

    /// <summary>See <see cref="Inspector.State"/>.</summary>
    public virtual ConnectionState? State => null;

    /// <summary>See <see cref="StreamInspector.Upgrade"/>.</summary>
    public virtual Upgrade? Upgrade => null;

    /// <summary>Reads a message; its end may be missing.</summary>
    public abstract Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp);

    /// <summary>What is known now.</summary>
    public abstract ApplicationDetails? ToDetails();

    /// <summary>Sets <paramref name="field"/>.</summary>
    /// <returns>True when it changed.</returns>
    protected static bool Set<T>(ref T field, T value)
    {
        if (EqualityComparer<T>.Default.Equals(field, value))
        {
            return false;
        }

        field = value;
        return true;
    }
}

/// <summary>A message in each datagram.</summary>
internal sealed class DatagramMessages(Messages messages) : DatagramInspector
{
    private bool _any;

    /// <inheritdoc/>
    public override string Application => messages.Application;

    /// <inheritdoc/>
    public override Confidence Confidence => messages.Confidence;

    /// <inheritdoc/>
    public override ConnectionState? State => messages.State;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        Reading reading = messages.Read(from, datagram, timestamp);
        if (reading == Reading.Reject)
        {
            return Outcome.Reject;
        }

        if (reading != Reading.Nothing || !_any)
        {
            _any = true;
            Changed();
        }

        return reading switch
        {
            Reading.Finished => Outcome.Finished,
            Reading.Upgraded => Outcome.Upgraded,
            _ => Outcome.More,
        };
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => messages.ToDetails();
}

/// <summary>Finds the message at the front of a stream.</summary>
/// <param name="window">From its first byte on.</param>
/// <param name="skip">Bytes of framing before what <see cref="Messages.Read"/> takes.</param>
/// <param name="length">Bytes from there to the next message.</param>
internal delegate Match Framing(ReadOnlySpan<byte> window, out int skip, out long length);

/// <summary>Messages that follow each other in a stream.</summary>
/// <param name="messages">What they say.</param>
/// <param name="framing">How they are told apart.</param>
/// <param name="head">Bytes of a message that are read; the rest is skipped without being kept.</param>
internal sealed class FramedMessages(Messages messages, Framing framing, int head) : StreamInspector
{
    private bool _any;

    /// <inheritdoc/>
    public override string Application => messages.Application;

    /// <inheritdoc/>
    public override Confidence Confidence => messages.Confidence;

    /// <inheritdoc/>
    public override ConnectionState? State => messages.State;

    /// <inheritdoc/>
    public override Upgrade? Upgrade => messages.Upgrade;

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        long consumed = 0;
        while (consumed < window.Length)
        {
            ReadOnlySpan<byte> rest = window[(int)consumed..];
            Match match = framing(rest, out int skip, out long length);
            if (match == Match.No)
            {
                return Odd(consumed);
            }

            int wanted = (int)Math.Min(length, head);
            if (match == Match.NeedMore || rest.Length < skip + wanted)
            {
                break;
            }

            Reading reading = messages.Read(from, rest.Slice(skip, wanted), timestamp);
            if (reading == Reading.Reject)
            {
                return Odd(consumed);
            }

            if (reading != Reading.Nothing || !_any)
            {
                _any = true;
                Changed();
            }

            consumed += skip + length;
            if (reading is Reading.Finished or Reading.Upgraded)
            {
                return new Progress(consumed, reading == Reading.Finished ? Outcome.Finished : Outcome.Upgraded);
            }
        }

        return new Progress(consumed, Outcome.More);
    }

    /// <inheritdoc/>
    public override void End(Side from, ReadOnlySpan<byte> rest)
    {
        // The front of a message that was cut off has its first fields.
        if (framing(rest, out int skip, out _) == Match.Yes && rest.Length > skip
            && messages.Read(from, rest[skip..], timestamp: 0) is Reading.Learned or Reading.Finished)
        {
            Changed();
        }
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => messages.ToDetails();

    /// <summary>Not a message: the wrong protocol when it is the first, else something nobody can read from here on (a security layer).</summary>
    private Progress Odd(long consumed) => new(consumed, _any ? Outcome.Finished : Outcome.Reject);
}
