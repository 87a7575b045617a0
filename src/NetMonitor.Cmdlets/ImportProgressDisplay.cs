using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using NetMonitor.Monitoring;

namespace NetMonitor.Cmdlets;

/// <summary>Makes the engine's reports, one after each batch and far more than a person can read, into a few progress records.</summary>
internal sealed class ImportProgressDisplay(string file)
{
    private const int ActivityId = 1;
    private const double BytesPerMebibyte = 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly ProgressRecord _record = new(ActivityId, $"Reading {file}", "Reading");
    private long _last = Stopwatch.GetTimestamp();
    private bool _shown;

    /// <summary>The record to show now, or null. A file that is read at once shows none.</summary>
    public ProgressRecord? Update(ImportProgress progress)
    {
        if (Stopwatch.GetElapsedTime(_last) < Interval)
        {
            return null;
        }

        _last = Stopwatch.GetTimestamp();
        _shown = true;
        string size = progress.TotalBytes is { } total
            ? string.Create(CultureInfo.InvariantCulture, $"{progress.BytesRead / BytesPerMebibyte:N1} of {total / BytesPerMebibyte:N1} MiB")
            : string.Create(CultureInfo.InvariantCulture, $"{progress.BytesRead / BytesPerMebibyte:N1} MiB");
        _record.StatusDescription = string.Create(
            CultureInfo.InvariantCulture, $"{size}, {progress.Frames:N0} frames, {progress.Connections:N0} connections");
        _record.PercentComplete = progress.TotalBytes is > 0 and { } all ? (int)Math.Clamp(progress.BytesRead * 100 / all, 0, 100) : -1;
        return _record;
    }

    /// <summary>The record that takes the display away, or null when there is none.</summary>
    public ProgressRecord? Complete()
    {
        if (!_shown)
        {
            return null;
        }

        _shown = false;
        _record.RecordType = ProgressRecordType.Completed;
        return _record;
    }
}
