using System.Management.Automation;
using NetMonitor.Shell.Editing;

namespace NetMonitor.Shell.Hosting;

/// <summary>
/// One line on stderr for the progress of the running pipeline, on a terminal only. It is drawn at most ten times a second and taken away
/// before any other text and at the end.
/// </summary>
internal sealed class ProgressDisplay
{
    /// <summary>Milliseconds between two drawings.</summary>
    private const long Interval = 100;

    private const string EraseLine = "\r\e[K";

    private readonly Lock _lock = new();
    private long _lastDrawn = -Interval;
    private bool _shown;

    public void Show(long sourceId, ProgressRecord record)
    {
        if (!Streams.ErrorIsTerminal || Environment.GetEnvironmentVariable("TERM") is "dumb")
        {
            return;
        }
        if (record.RecordType == ProgressRecordType.Completed)
        {
            Clear();
            return;
        }
        lock (_lock)
        {
            long now = Environment.TickCount64;
            if (now - _lastDrawn < Interval)
            {
                return;
            }
            _lastDrawn = now;
            _shown = true;
            // One column less than the window: a full last column would wrap in some terminals.
            Console.Error.Write(EraseLine + CellWidth.Truncate(TextOf(record), Math.Max(Console.WindowWidth - 1, 1)));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            if (_shown)
            {
                Console.Error.Write(EraseLine);
                _shown = false;
                _lastDrawn = -Interval;
            }
        }
    }

    private static string TextOf(ProgressRecord record)
    {
        string percent = record.PercentComplete >= 0 ? $" {record.PercentComplete}%" : "";
        string left = record.SecondsRemaining >= 0 ? $", {TimeSpan.FromSeconds(record.SecondsRemaining):hh\\:mm\\:ss} left" : "";
        string operation = string.IsNullOrEmpty(record.CurrentOperation) ? "" : $" {record.CurrentOperation}";
        return $"{record.Activity}:{percent}{left} {record.StatusDescription}{operation}".ReplaceLineEndings(" ");
    }
}
