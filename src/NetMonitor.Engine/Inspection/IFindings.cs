namespace NetMonitor.Inspection;

/// <summary>What inspection knows of a flow: what a row is made of. While it goes on that is the <see cref="FlowInspection"/>; later often less is kept.</summary>
internal interface IFindings
{
    /// <summary>The protocol, or null.</summary>
    string? Application { get; }

    /// <summary>How sure that is.</summary>
    Confidence? Confidence { get; }

    /// <summary>The state the protocol gives the connection, or null.</summary>
    ConnectionState? State { get; }

    /// <summary>When that state became one that ends the connection, nanoseconds since 1970; 0 while it is not.</summary>
    long ClosedAt { get; }

    /// <summary>What was learned, or null. Built when it is asked for and something has changed.</summary>
    /// <param name="keep">To remember it for the next time; false where nobody will ask again soon.</param>
    ApplicationDetails? GetDetails(bool keep);
}
