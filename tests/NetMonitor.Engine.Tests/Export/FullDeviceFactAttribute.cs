namespace NetMonitor.Tests.Export;

/// <summary>A test that writes to the device that is always full, full(4): skipped where there is none, or where this user may not write to it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FullDeviceFactAttribute : FactAttribute
{
    public const string Path = "/dev/full";

    public FullDeviceFactAttribute() => Skip = Obstacle();

    private static string? Obstacle()
    {
        try
        {
            new FileStream(Path, FileMode.Open, FileAccess.Write).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
