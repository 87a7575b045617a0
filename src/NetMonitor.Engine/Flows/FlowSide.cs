namespace NetMonitor.Flows;

/// <summary>How much a flow matters when the table is full, least first.</summary>
internal enum FlowRank : byte
{
    /// <summary>Only one side was heard, or TCP's handshake is not complete: what floods and scans consist of.</summary>
    HalfOpen,

    /// <summary>It is over and waits for its timeout.</summary>
    Over,

    /// <summary>Both sides were heard.</summary>
    Answered,
}

/// <summary>What the table keeps of a flow for its timeout, away from what every packet touches.</summary>
internal struct FlowSide
{
    /// <summary>The flow's neighbors in its list of <see cref="FlowTimers"/>.</summary>
    public int Next;
    public int Previous;
    public FlowRank Rank;
}
