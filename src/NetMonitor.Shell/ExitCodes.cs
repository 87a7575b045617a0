namespace NetMonitor.Shell;

/// <summary>The process exit codes the shell gives of its own accord; any other comes from <c>exit N</c>.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The last command failed (<c>$?</c> is false) or an error was not caught.</summary>
    public const int Failure = 1;

    /// <summary>Wrong command line; EX_USAGE of sysexits.h, which pwsh uses too.</summary>
    public const int Usage = 64;

    /// <summary>A signal ended the work: 128 + its number, the convention of POSIX shells.</summary>
    public const int SignalBase = 128;

    /// <summary>Stopped by Ctrl+C (SIGINT is 2).</summary>
    public const int Interrupted = SignalBase + 2;
}
