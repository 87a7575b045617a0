
namespace NetMonitor.View.Tests;

/// <summary>Whole frames as the files in Frames/ hold them. NETMONITOR_UPDATE_FRAMES=1 writes them anew: look at the difference before it is committed.</summary>
public sealed class FrameTests
{
    public static TheoryData<string, int, int, string[]> Frames => new()
    {
        { "overview", 160, 45, [] },
        { "overview", 100, 30, [] },
        { "overview", 80, 24, [] },
        { "overview", 40, 12, [] },
        { "overview-by-down", 100, 30, ["s", "s", "s", "s", "s", "s", "s", "s"] },
        { "overview-names", 100, 30, ["d", "p"] },
        { "overview-grouped", 100, 30, ["a", "j", "Space"] },
        { "overview-marked", 100, 30, ["m", "m"] },
        { "overview-filter", 100, 30, ["/", "f", "i", "r", "e"] },
        { "overview-filtered", 100, 30, ["/", "s", "s", "h", "Enter"] },
        { "overview-quit", 80, 24, ["q"] },
        { "overview-paused", 80, 24, ["z"] },
        { "overview-keys", 80, 24, ["?"] },
        { "details", 160, 45, ["2"] },
        { "details", 80, 24, ["2"] },
        { "details-end", 80, 24, ["2", "G"] },
        { "activity", 160, 45, ["3"] },
        { "activity", 80, 24, ["3"] },
        { "graph", 160, 45, ["4"] },
        { "graph", 80, 24, ["4"] },
        { "interfaces", 160, 45, ["5"] },
        { "interfaces", 80, 24, ["5"] },
        { "help", 100, 30, ["6"] },
        { "help-end", 80, 24, ["6", "G"] },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_is_as_its_file_shows(string name, int width, int height, string[] keys)
    {
        var showing = new Showing(width, height);
        string frame = showing.Ticks(8).Press(keys).Play();
        string file = Path.Combine(Folder(), $"{name}-{width}x{height}.txt");
        if (Environment.GetEnvironmentVariable("NETMONITOR_UPDATE_FRAMES") == "1")
        {
            File.WriteAllText(file, frame);
        }

        Assert.Equal(File.ReadAllText(file), frame);
    }

    [Fact]
    public void Every_file_has_its_frame() => Assert.Equal(
        Frames.Select(frame => $"{frame[0]}-{frame[1]}x{frame[2]}.txt").Order(),
        Directory.EnumerateFiles(Folder()).Select(Path.GetFileName).Order());

    private static string Folder() => Path.Combine(Repository.Folder, "tests", "NetMonitor.View.Tests", "Frames");
}
