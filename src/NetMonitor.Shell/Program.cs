namespace NetMonitor.Shell;

/// <summary>Reads the command line and runs one of: help, version, a command, a script file, a script on stdin, the prompt.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // A network monitor does not call home: the engine reads this once, before it counts the modules it loads.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

        if (!ShellOptions.TryParse(args, out ShellOptions? options, out string? problem))
        {
            Console.Error.WriteLine($"netmonitor-shell: {problem}");
            return ExitCodes.Usage;
        }
        switch (options.Action)
        {
            case ShellAction.Help:
                Console.Out.Write(ShellOptions.HelpText);
                return ExitCodes.Success;
            case ShellAction.Version:
                Console.Out.WriteLine(Hosting.ShellHost.VersionText);
                return ExitCodes.Success;
            case ShellAction.File when !File.Exists(options.Text):
                Console.Error.WriteLine($"netmonitor-shell: there is no script file '{options.Text}'.");
                return ExitCodes.Usage;
            default:
                return Run(options);
        }
    }

    private static int Run(ShellOptions options)
    {
        using var session = Hosting.ShellSession.Open();
        using var signals = new Hosting.ShutdownSignals(session);
        if (!options.NoModule)
        {
            Hosting.ModuleLocation.Import(session);
        }

        int exitCode = options.Action switch
        {
            ShellAction.Command => session.RunCommand(options.Text),
            ShellAction.File => session.RunFile(options.Text, options.ScriptArguments),
            ShellAction.StandardInput => session.RunCommand(Console.In.ReadToEnd()),
            _ when Console.IsInputRedirected => session.RunCommand(Console.In.ReadToEnd()),
            _ => ExitCodes.Success,
        };
        bool prompt = options.NoExit || (options.Action == ShellAction.Prompt && !Console.IsInputRedirected);
        if (prompt && session.RequestedExitCode is null)
        {
            exitCode = new InteractivePrompt(session).Run();
        }
        return session.RequestedExitCode ?? exitCode;
    }
}
