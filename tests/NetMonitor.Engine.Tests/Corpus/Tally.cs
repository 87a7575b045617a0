namespace NetMonitor.Tests.Corpus;

/// <summary>One line of the table: how often truth has something, we found it, and we said something else.</summary>
internal sealed class Tally
{
    /// <summary>What was to be found.</summary>
    public long Truth { get; private set; }

    /// <summary>What of it we found.</summary>
    public long Found { get; private set; }

    /// <summary>What we said that truth does not.</summary>
    public long Wrong { get; private set; }

    /// <summary>Percent of the truth that was found; null where there was nothing to find.</summary>
    public double? Recall => Truth == 0 ? null : 100.0 * Found / Truth;

    /// <summary>Percent of what we said that is true; null where we said nothing.</summary>
    public double? Precision => Found + Wrong == 0 ? null : 100.0 * Found / (Found + Wrong);

    public void Add(long truth, long found, long wrong)
    {
        Truth += truth;
        Found += found;
        Wrong += wrong;
    }
}

/// <summary>Where we and the truth differ.</summary>
/// <param name="Capture">Its name.</param>
/// <param name="Row">The line of the table.</param>
/// <param name="Conversation">The 5-tuple.</param>
/// <param name="Truth">What truth says; empty for nothing.</param>
/// <param name="Ours">What we say; empty for nothing.</param>
internal sealed record Disagreement(string Capture, string Row, string Conversation, string Truth, string Ours);
