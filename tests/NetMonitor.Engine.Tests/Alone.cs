namespace NetMonitor.Tests;

/// <summary>The collection of tests that measure something which other tests running at the same time would disturb.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>For the attribute.</summary>
    public const string Name = "alone";
}
