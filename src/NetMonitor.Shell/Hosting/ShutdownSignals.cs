using System.Runtime.InteropServices;

namespace NetMonitor.Shell.Hosting;

/// <summary>
/// SIGINT stops the running pipeline and leaves the shell alone. SIGTERM and SIGHUP close the session first, so that monitors are stopped
/// and files closed, and then end the process.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    private const int HangUp = 1;
    private const int Terminate = 15;

    private readonly ShellSession _session;
    private readonly PosixSignalRegistration[] _registrations;
    private int _interrupts;

    public ShutdownSignals(ShellSession session)
    {
        _session = session;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnEnd(context, Terminate)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => OnEnd(context, HangUp)),
        ];
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        // Outside the prompt a second Ctrl+C, while the first is still waiting for the pipeline, ends the process the hard way.
        bool again = Interlocked.Increment(ref _interrupts) > 1;
        context.Cancel = _session.IsInteractive || !again;
        if (context.Cancel)
        {
            // Stop() waits for the pipeline; another signal must be able to arrive meanwhile.
            ThreadPool.QueueUserWorkItem(_ =>
            {
                bool stopped = _session.Interrupt();
                Interlocked.Exchange(ref _interrupts, 0);
                if (!stopped && !_session.IsInteractive)
                {
                    End(ExitCodes.Interrupted);
                }
            });
        }
    }

    private void OnEnd(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        ThreadPool.QueueUserWorkItem(_ => End(ExitCodes.SignalBase + number));
    }

    private void End(int exitCode)
    {
        _session.CloseOnSignal();
        Environment.Exit(exitCode);
    }
}
