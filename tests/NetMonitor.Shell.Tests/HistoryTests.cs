using NetMonitor.Shell.Editing;

namespace NetMonitor.Tests.Shell;

public sealed class HistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor").FullName;

    private string FilePath => Path.Combine(_folder, "state", "history");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_survive_with_their_breaks_and_backslashes()
    {
        History.Open(FilePath).Add("a {\n  'C:\\new'\n}");
        Assert.Equal(["a {\n  'C:\\new'\n}"], History.Open(FilePath).Lines);
    }

    [Fact]
    public void Only_the_owner_may_read_the_file()
    {
        History.Open(FilePath).Add("pwd");
        if (OperatingSystem.IsWindows())
        {
            Assert.True(File.Exists(FilePath));
            return;
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void Secrets_and_lines_with_a_leading_blank_stay_out_of_the_file()
    {
        History history = History.Open(FilePath);
        history.Add("$password = 'x'");
        history.Add(" quiet");
        history.Add("pwd");
        Assert.Equal(3, history.Lines.Count);
        Assert.Equal(["pwd"], History.Open(FilePath).Lines);
    }

    [Fact]
    public void The_file_is_cut_to_the_limit_when_opened()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllLines(FilePath, Enumerable.Range(0, History.Limit + 5).Select(i => $"line {i}"));
        Assert.Equal("line 5", History.Open(FilePath).Lines[0]);
        Assert.Equal(History.Limit, File.ReadAllLines(FilePath).Length);
    }
}
