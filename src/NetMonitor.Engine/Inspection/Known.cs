namespace NetMonitor.Inspection;

/// <summary>Compares with a constant that a direction begins with.</summary>
internal static class Prefix
{
    /// <summary>Yes when all of it is there, NeedMore while what is there agrees.</summary>
    public static Match Of(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> prefix)
    {
        int common = Math.Min(bytes.Length, prefix.Length);
        return !bytes[..common].SequenceEqual(prefix[..common]) ? Match.No : common == prefix.Length ? Match.Yes : Match.NeedMore;
    }
}

/// <summary>A stream of which the name is all that is wanted: costs nothing after its probe.</summary>
internal sealed class KnownStream(string application, Confidence confidence = Confidence.Signature) : StreamInspector
{
    /// <inheritdoc/>
    public override string Application => application;

    /// <inheritdoc/>
    public override Confidence Confidence => confidence;

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp) => new(window.Length, Outcome.Finished);

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => null;
}

/// <summary>A UDP flow of which the name is all that is wanted.</summary>
internal sealed class KnownDatagrams(string application, Confidence confidence = Confidence.Signature) : DatagramInspector
{
    /// <inheritdoc/>
    public override string Application => application;

    /// <inheritdoc/>
    public override Confidence Confidence => confidence;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp) => Outcome.Finished;

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => null;
}
