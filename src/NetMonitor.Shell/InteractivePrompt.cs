using System.Management.Automation;
using NetMonitor.Shell.Editing;
using NetMonitor.Shell.Hosting;

namespace NetMonitor.Shell;

/// <summary>The prompt: reads an input, runs it, and starts over until <c>exit</c> or Ctrl+D.</summary>
internal sealed class InteractivePrompt
{
    private readonly ShellSession _session;
    private readonly History _history = History.Open(History.DefaultPath());
    private readonly LineEditor _editor;

    public InteractivePrompt(ShellSession session)
    {
        _session = session;
        _session.IsInteractive = true;
        _editor = new LineEditor(new ConsoleTerminal(), _history, Complete, ShellSession.IsIncomplete);
    }

    /// <summary>Runs until the user leaves; the exit code, unless a script gave one.</summary>
    public int Run()
    {
        while (_session.RequestedExitCode is null && !_session.IsEnding)
        {
            // At the prompt Ctrl+C is a key; while a pipeline runs it is a signal.
            string prompt = _session.PromptText();
            (LineEnd end, string text) = ReadWithControlCAsKey(prompt);
            if (end == LineEnd.EndOfInput)
            {
                break;
            }
            if (end == LineEnd.Accepted && !string.IsNullOrWhiteSpace(text))
            {
                _history.Add(text);
                _session.RunCommand(text);
            }
        }
        return ExitCodes.Success;
    }

    private (LineEnd End, string Text) ReadWithControlCAsKey(string prompt)
    {
        Console.TreatControlCAsInput = true;
        try
        {
            return _editor.Read(prompt);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    private Completions Complete(string text, int cursor)
    {
        try
        {
            CommandCompletion found = _session.Complete(text, cursor);
            return new Completions(found.ReplacementIndex, found.ReplacementLength,
                [.. found.CompletionMatches.Select(m => new CompletionChoice(m.CompletionText, m.ListItemText))]);
        }
        catch (RuntimeException)
        {
            return Completions.None;
        }
    }
}
