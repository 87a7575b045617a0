using System.Globalization;

namespace NetMonitor.Fuzz;

/// <summary>The command line.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = "usage: Fuzz [-Minutes N] [-Seed N] [-Target frames|pcap|pcapng|reassembly|stream|datagram|probes] [-Replay FILE]";

    /// <summary>Where seeds are read and findings written.</summary>
    public string Folder { get; init; } = Path.Combine("out", "fuzz");

    public double Minutes { get; init; } = 1;

    /// <summary>Of the random numbers: the same seed tries the same inputs in the same order.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The only target to try, or null.</summary>
    public string? Target { get; init; }

    /// <summary>An input to try once, or null.</summary>
    public string? Replay { get; init; }

    /// <summary>True in the process that runs the instrumented engine.</summary>
    public bool IsWorker { get; init; }

    /// <summary>Reads arguments, or gives null.</summary>
    public static FuzzOptions? Parse(string[] arguments)
    {
        FuzzOptions options = new();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (arguments[i] == "-Worker")
            {
                options = options with { IsWorker = true };
                i--;
                continue;
            }

            if (i + 1 >= arguments.Length)
            {
                return null;
            }

            string value = arguments[i + 1];
            double minutes = 0;
            int seed = 0;
            bool isValid = arguments[i] switch
            {
                "-Minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes is > 0 and < 100_000,
                "-Seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "-Folder" or "-Target" or "-Replay" => true,
                _ => false,
            };
            if (!isValid)
            {
                return null;
            }

            options = arguments[i] switch
            {
                "-Minutes" => options with { Minutes = minutes },
                "-Seed" => options with { Seed = seed },
                "-Folder" => options with { Folder = Path.GetFullPath(value) },
                "-Target" => options with { Target = value },
                _ => options with { Replay = Path.GetFullPath(value) },
            };
        }

        return options;
    }
}
