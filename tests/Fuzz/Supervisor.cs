using System.Diagnostics;

namespace NetMonitor.Fuzz;

/// <summary>Runs the worker and sees to it that it lives: what kills or hangs a process cannot be caught within.</summary>
internal static class Supervisor
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>No input may take so long. Generous: the machine may be busy.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    public static int Run(FuzzOptions options, string program, string[] arguments)
    {
        string record = Path.Combine(options.Folder, "current");
        File.Delete(record);
        using FlightRecorder recorder = new(record);
        ProcessStartInfo start = new(Environment.ProcessPath!, [program, .. arguments, "-Worker"]);
        using Process worker = Process.Start(start)!;
        long count = -1;
        long since = Stopwatch.GetTimestamp();
        while (!worker.WaitForExit(Look))
        {
            if (recorder.Count != count)
            {
                (count, since) = (recorder.Count, Stopwatch.GetTimestamp());
            }
            else if (count > 0 && Stopwatch.GetElapsedTime(since) > Hang)
            {
                worker.Kill();
                worker.WaitForExit();
                return Keep(options, recorder, "hang");
            }
        }

        return worker.ExitCode is 0 or Worker.ExitBroken ? worker.ExitCode : Keep(options, recorder, $"death with exit code {worker.ExitCode}");
    }

    private static int Keep(FuzzOptions options, FlightRecorder recorder, string what)
    {
        (string target, byte[] input) = recorder.Last();
        string file = Path.Combine(options.Folder, $"crash-{target}-{what.Split(' ')[0]}.bin");
        File.WriteAllBytes(file, input);
        Console.WriteLine($"BROKEN {target}: {what}\n       {file}");
        return Worker.ExitBroken;
    }
}
