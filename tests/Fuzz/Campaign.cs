using System.Diagnostics;
using System.Security.Cryptography;

namespace NetMonitor.Fuzz;

/// <summary>One target's share of a run: inputs that took new branches become the stock of those to come.</summary>
internal sealed class Campaign
{
    private const int MostCrashes = 100; // different ones
    private readonly FuzzTarget _target;
    private readonly Coverage _coverage;
    private readonly Mutator _mutator;
    private readonly string _folder;
    private readonly FlightRecorder _recorder;
    private readonly List<byte[]> _stock = [];
    private readonly HashSet<string> _crashes = [];
    private readonly HashSet<string> _notes = [];

    public Campaign(FuzzTarget target, Coverage coverage, int seed, string folder, FlightRecorder recorder)
    {
        (_target, _coverage, _folder, _recorder) = (target, coverage, folder, recorder);
        _mutator = new Mutator(new Random(seed));
        foreach (byte[] input in target.Seeds)
        {
            Try(input, isSeed: true);
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

    /// <summary>Wishes not fulfilled: see <see cref="BrokenInvariantException.IsNote"/>.</summary>
    public int Notes => _notes.Count;

    /// <summary>Tries changed inputs for a while.</summary>
    public void Go(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (_stock.Count > 0 && Stopwatch.GetElapsedTime(start) < time)
        {
            byte[] input = _target.Mutate(Pick(), Pick(), _mutator);
            if (Try(input, isSeed: false))
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
    private bool Try(byte[] input, bool isSeed)
    {
        Executions++;
        _recorder.Begin(_target.Name, input);
        _coverage.Clear();
        try
        {
            if (isSeed)
            {
                _target.RunSeed(input);
            }
            else
            {
                _target.Run(input);
            }
        }
        catch (Exception exception)
        {
            Keep(input, exception);
            return false; // What breaks is not built upon.
        }

        return _coverage.IsNew();
    }

    /// <summary>One input is kept of everything that breaks in one place for one reason.</summary>
    private void Keep(byte[] input, Exception exception)
    {
        string reason = exception.Message.Split('\n')[0];
        string place = exception is BrokenInvariantException ? "" : (exception.StackTrace ?? "").Split('\n')[0];
        bool isNote = exception is BrokenInvariantException { IsNote: true };
        HashSet<string> known = isNote ? _notes : _crashes;
        if (known.Count >= MostCrashes || !known.Add($"{exception.GetType().Name}|{reason}|{place}"))
        {
            return;
        }

        string file = Path.Combine(_folder, $"{(isNote ? "note" : "crash")}-{_target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 6))}");
        File.WriteAllBytes(file + ".bin", input);
        File.WriteAllText(file + ".txt", exception.ToString());
        Console.WriteLine($"{(isNote ? "note  " : "BROKEN")} {_target.Name}: {exception.GetType().Name}: {reason}\n       {file}.bin");
    }
}
