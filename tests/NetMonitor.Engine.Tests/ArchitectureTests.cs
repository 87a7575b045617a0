using System.Text.RegularExpressions;

namespace NetMonitor.Tests;

/// <summary>The house's one rule of direction: what each room of the engine may use. Packets travel left to right, and knowledge never runs back.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Packets"] = [],
        ["Connection"] = ["Packets"],
        ["Flows"] = ["Packets"],
        ["Inspection"] = ["Packets"],
        ["Capture"] = ["Packets"],
        ["Attribution"] = ["Packets", "Flows", "Inspection"],
        ["Filtering"] = ["Packets"],
        ["Export"] = ["Packets", "Flows", "Capture", "Monitoring"],
        ["Monitoring"] = ["Packets", "Flows", "Inspection", "Capture", "Attribution", "Filtering", "Export"],
    };

    private static string Engine => Path.Combine(DocumentedTables.Repository, "src", "NetMonitor.Engine");

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Engine).Select(Path.GetFileName).OfType<string>()
        .Where(name => name is not ("bin" or "obj") && Directory.EnumerateFiles(Path.Combine(Engine, name), "*.cs", SearchOption.AllDirectories).Any())];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_what_it_may(string room)
    {
        Assert.True(MayUse.ContainsKey(room), $"{room} is a new room: say here and in the architecture what it may use.");
        string[] forbidden = [.. MayUse.Keys.Where(other => other != room && other != "Connection" && !MayUse[room].Contains(other))];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Engine, room), "*.cs", SearchOption.AllDirectories))
        {
            string code = Comment().Replace(File.ReadAllText(file), "");
            foreach (string other in forbidden)
            {
                Assert.False(Regex.IsMatch(code, $@"using (static )?NetMonitor\.{other}\b|(?<![\w.])(NetMonitor\.)?{other}\.[A-Z]"), $"{file} uses {other}");
            }
        }
    }

    [Fact]
    public void The_view_knows_nothing_of_capture_and_the_engine_nothing_of_PowerShell()
    {
        string source = Path.GetDirectoryName(Engine)!;
        foreach (string file in Sources(Path.Combine(source, "NetMonitor.View")))
        {
            Assert.DoesNotMatch(@"NetMonitor\.(Capture|Flows|Inspection)\b", File.ReadAllText(file));
        }

        foreach (string file in Sources(Engine).Concat(Sources(Path.Combine(source, "NetMonitor.View"))))
        {
            Assert.DoesNotContain("System.Management.Automation", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();
}
