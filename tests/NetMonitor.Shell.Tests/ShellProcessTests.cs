using System.Diagnostics;

namespace NetMonitor.Tests.Shell;

/// <summary>The built shell, run as users run it, with its output redirected.</summary>
public sealed class ShellProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Output_of_a_command() => Assert.Equal((0, "2\n4\n6\n", ""), Run("-NoModule", "-Command", "1..3 | ForEach-Object { $_ * 2 }"));

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("throw 'x'", 1)]
    [InlineData("1; nosuchcommand", 1)]
    [InlineData("nosuchcommand; 1", 0)]
    [InlineData("1 +", 1)]
    public void Exit_code_of_a_command(string command, int expected) => Assert.Equal(expected, Run("-NoModule", "-Command", command).Code);

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    [InlineData("throw 'x'", 1)]
    [InlineData("Import-Module nosuchmodule", 1)]
    [InlineData("'done'", 0)]
    public void Exit_code_of_a_script(string script, int expected) => Assert.Equal(expected, Run("-NoModule", "-File", Script(script)).Code);

    [Fact]
    public void Arguments_of_a_script() => Assert.Equal((0, "v True False a,b rest\n", ""), Run("-NoModule", "-File",
        Script("param([string] $Name, [switch] $On, [switch] $Off, [string] $List)\n\"$Name $On $Off $List $args\""),
        "-Name", "v", "-On", "-Off:$false", "-List", "a,b", "rest"));

    [Fact]
    public void An_error_of_a_script_shows_where_it_was()
    {
        string path = Script("'before'\nnosuchcommand\n");
        (int code, string output, string error) = Run("-NoModule", "-File", path);
        Assert.Equal((1, "before\n"), (code, output));
        Assert.Contains($"{path}:2", error);
        Assert.Contains("~~~", error);
        Assert.DoesNotContain('\e', error);
    }

    [Fact]
    public void A_command_of_full_PowerShell_says_so_in_one_line()
    {
        (int code, string output, string error) = Run("-NoModule", "-Command", "1 | select Name");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("select: Select-Object is not in this shell", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Diagnostic_streams_go_to_stderr()
    {
        (_, string output, string error) = Run("-NoModule", "-Command",
            "$Host.UI.WriteWarningLine('w'); $Host.UI.WriteVerboseLine('v'); $Host.UI.WriteDebugLine('d'); 'out'");
        Assert.Equal("out\n", output);
        Assert.Equal("WARNING: w\nVERBOSE: v\nDEBUG: d\n", error);
    }

    [Fact]
    public void A_script_on_stdin() => Assert.Equal((4, "in\n", ""), RunWithInput("'in'\nexit 4\n", "-NoModule"));

    [Fact]
    public void A_wrong_option() => Assert.Equal(64, Run("-Bogus").Code);

    [Fact]
    public void The_module_is_imported_and_removed_at_the_end()
    {
        string module = Path.Combine(_folder, "Probe.psm1");
        File.WriteAllText(module, """
            function Get-Probe { 'probe' }
            $MyInvocation.MyCommand.ScriptBlock.Module.OnRemove = { [Console]::Out.WriteLine('removed') }
            """);
        Assert.Equal((0, "probe\nremoved\n", ""), RunWithInput("", ["-Command", "Get-Probe"], module));
    }

    [Fact]
    public void A_missing_module_is_a_warning()
    {
        (int code, string output, string error) = RunWithInput("", ["-Command", "1"], Path.Combine(_folder, "no.psd1"));
        Assert.Equal((0, "1\n"), (code, output));
        Assert.StartsWith("WARNING: NetMonitor is not at", error);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) => RunWithInput("", arguments);

    private static (int Code, string Output, string Error) RunWithInput(string input, params string[] arguments) =>
        RunWithInput(input, arguments, module: null);

    private static (int Code, string Output, string Error) RunWithInput(string input, string[] arguments, string? module)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "netmonitor-shell.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NETMONITOR_MODULE"] = module;
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }

    private string Script(string text)
    {
        string path = Path.Combine(_folder, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
