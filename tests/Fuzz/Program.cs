using NetMonitor.Fuzz;
using SharpFuzz;

const int ExitUsage = 64; // sysexits.h EX_USAGE
FuzzOptions? options = FuzzOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    return ExitUsage;
}

if (options.IsWorker)
{
    return Worker.Run(options);
}

// The engine is instrumented in a copy: the one that tests and benchmarks use stays as it is.
string folder = Directory.CreateDirectory(options.Folder).FullName;
string copy = Path.Combine(folder, "bin");
if (Directory.Exists(copy))
{
    Directory.Delete(copy, recursive: true);
}

Directory.CreateDirectory(copy);
foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
{
    File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
}

Fuzzer.Instrument(Path.Combine(copy, "NetMonitor.Engine.dll"), _ => true, Options.Value);
return Supervisor.Run(options with { Folder = folder }, Path.Combine(copy, Path.GetFileName(Environment.GetCommandLineArgs()[0])), args);
