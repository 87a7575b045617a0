namespace NetMonitor.View;

/// <summary>The keyboard side of a terminal, as an operating system gives it.</summary>
internal interface ITerminalInput : IDisposable
{
    /// <summary>Switches echo, line mode and signal keys off.</summary>
    void Enter();

    /// <summary>True while the mode is as <see cref="Enter"/> set it: when a stopped job goes on, its shell or parent may set another one a moment later.</summary>
    bool IsModeKept();

    /// <summary>Puts the mode back as it was.</summary>
    void Leave();

    /// <summary>Bytes typed, at most after a time. 0: none; a wake or a signal may have ended the wait.</summary>
    /// <exception cref="IOException">The terminal is gone.</exception>
    int Read(Span<byte> buffer, TimeSpan wait);

    /// <summary>Ends a wait. From any thread.</summary>
    void Wake();

    /// <summary>Stops this process and those with it as Ctrl+Z in a terminal does; returns when it goes on.</summary>
    void Stop();
}
