using NetMonitor.Capture;

namespace NetMonitor.Tests.Capture;

/// <summary>A test that captures on loopback: skipped, with the reason, where that is not allowed or libpcap is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LiveFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(() =>
    {
        if (Loopback is null)
        {
            return "there is no loopback interface to capture on";
        }

        try
        {
            LiveSource.Open(Loopback).Dispose();
            return null;
        }
        catch (CaptureException exception) when (exception.Error is CaptureError.InsufficientPrivilege or CaptureError.CaptureLibraryMissing)
        {
            return exception.Message;
        }
    });

    public LiveFactAttribute() => Skip = Obstacle.Value;

    public static string? Loopback { get; } = CaptureDevices.List().FirstOrDefault(i => i.IsLoopback)?.Name;
}
