using System.Diagnostics;
using System.Security.Cryptography;

namespace NetMonitor.Fuzz;

/// <summary>One target's share of a run: inputs that took new branches become the stock of those to come.</summary>
internal sealed class Campaign
{
    private const int MostCrashes = 20; // different ones; more are of one kind
    private readonly FuzzTarget _target;
    private readonly Coverage _coverage;
    private readonly Mutator _mutator;
    private readonly string _folder;
    private readonly FlightRecorder _recorder;
    private readonly List<byte[]> _stock = [];
    private readonly HashSet<string> _crashes = [];

    public Campaign(FuzzTarget target, Coverage coverage, int seed, string folder, FlightRecorder recorder)
    {
        (_target, _coverage, _folder, _recorder) = (target, coverage, folder, recorder);
        _mutator = new Mutator(new Random(seed));
        foreach (byte[] input in target.Seeds)
        {
            Try(input);
            _stock.Add(input);
            Seeds++;
        }
    }

    public string Name => _target.Name;

    public int Seeds { get; }

    public long Executions { get; private set; }

    /// <summary>Inputs found that took a new branch.</summary>
    public int Paths => _stock.Count - Seeds;

    public int Crashes => _crashes.Count;

    /// <summary>Tries changed inputs for a while.</summary>
    public void Go(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (_stock.Count > 0 && Stopwatch.GetElapsedTime(start) < time)
        {
            byte[] input = _target.Mutate(Pick(), Pick(), _mutator);
            if (Try(input))
            {
                _stock.Add(input);
            }
        }
    }

    /// <summary>The newest are the least tried.</summary>
    private byte[] Pick()
    {
        Random random = _mutator.Random;
        int last = Math.Min(_stock.Count, 64);
        return random.Next(3) == 0 ? _stock[^random.Next(1, last + 1)] : _stock[random.Next(_stock.Count)];
    }

    /// <returns>Whether the input took a new branch.</returns>
    private bool Try(byte[] input)
    {
        Executions++;
        _recorder.Begin(_target.Name, input);
        _coverage.Clear();
        try
        {
            _target.Run(input);
        }
        catch (Exception exception)
        {
            Keep(input, exception);
            return false; // what breaks is not built upon
        }

        return _coverage.IsNew();
    }

    /// <summary>One input is kept of everything that breaks in one place for one reason.</summary>
    private void Keep(byte[] input, Exception exception)
    {
        string reason = exception.Message.Split('\n')[0];
        string place = exception is BrokenInvariantException ? "" : (exception.StackTrace ?? "").Split('\n')[0];
        if (_crashes.Count >= MostCrashes || !_crashes.Add($"{exception.GetType().Name}|{reason}|{place}"))
        {
            return;
        }

        string file = Path.Combine(_folder, $"crash-{_target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 6))}");
        File.WriteAllBytes(file + ".bin", input);
        File.WriteAllText(file + ".txt", exception.ToString());
        Console.WriteLine($"BROKEN {_target.Name}: {exception.GetType().Name}: {reason}\n       {file}.bin");
    }
}
