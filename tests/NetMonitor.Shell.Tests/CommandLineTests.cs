using NetMonitor.Shell;

namespace NetMonitor.Tests.Shell;

public class CommandLineTests
{
    [Fact]
    public void The_rest_of_the_line_is_the_command()
    {
        Assert.True(ShellOptions.TryParse(["-NoModule", "-c", "1", "-File", "2"], out ShellOptions? options, out _));
        Assert.Equal(ShellAction.Command, options.Action);
        Assert.Equal("1 -File 2", options.Text);
        Assert.True(options.NoModule);
    }

    [Fact]
    public void What_follows_the_script_is_its_own()
    {
        Assert.True(ShellOptions.TryParse(["-NoExit", "-File", "x.ps1", "-NoModule", "a,b"], out ShellOptions? options, out _));
        Assert.Equal(["-NoModule", "a,b"], options.ScriptArguments);
        Assert.True(options.NoExit);
        Assert.False(options.NoModule);
    }

    [Theory]
    [InlineData("-Bogus")]
    [InlineData("x.ps1")]
    [InlineData("-Command")]
    [InlineData("-File")]
    public void A_wrong_line_is_explained(string argument)
    {
        Assert.False(ShellOptions.TryParse([argument], out _, out string? problem));
        Assert.Contains(argument, problem);
    }

    [Fact]
    public void Script_arguments_bind_as_pwsh_binds_them()
    {
        var parameters = ScriptArguments.Parse(["pos", "-Name", "v", "-On:$false", "-Path:C:\\x", "-Next:", "-y", "-5", "a,b"]);
        Assert.Equal(
            [(null, "pos"), ("-Name", null), (null, "v"), ("-On", (object?)false), ("-Path", "C:\\x"), ("-Next", "-y"), (null, "-5"), (null, "a,b")],
            parameters.Select(p => ((string?)p.Name, (object?)p.Value)));
    }

    [Theory]
    [InlineData("Select-Object", "Select-Object is not in this shell: it comes with full PowerShell (https://aka.ms/powershell). Here: ")]
    [InlineData("ft", "Format-Table is not in this shell")]
    [InlineData("get-acl", "Get-Acl is not in this shell")]
    public void A_command_of_full_PowerShell_is_explained_in_one_line(string command, string start)
    {
        string line = Assert.IsType<string>(MissingCommands.Explain(command));
        Assert.StartsWith(start, line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Another_unknown_command_is_not() => Assert.Null(MissingCommands.Explain("Get-Nothing"));

    [Fact]
    public void Every_hint_and_alias_belongs_to_a_missing_command()
    {
        var names = MissingCommands.Modules.Values.SelectMany(n => n).ToHashSet();
        Assert.Subset(names, MissingCommands.Instead.Keys.ToHashSet());
        Assert.Subset(names, MissingCommands.Aliases.Values.ToHashSet());
    }
}
