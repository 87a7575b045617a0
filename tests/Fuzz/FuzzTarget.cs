namespace NetMonitor.Fuzz;

/// <summary>Something that takes hostile bytes. State does not survive a run, so that an input alone repeats what it did.</summary>
internal abstract class FuzzTarget
{
    /// <summary>As the report, and the files of what broke, name it.</summary>
    public abstract string Name { get; }

    /// <summary>Well-formed inputs to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Reads an input and throws when something does not hold.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Reads a seed, of which more may be promised than of any input.</summary>
    public virtual void RunSeed(ReadOnlySpan<byte> input) => Run(input);

    /// <summary>A changed input. Targets that know their input's parts change those.</summary>
    public virtual byte[] Mutate(byte[] input, byte[] other, Mutator mutator) => mutator.Mutate(input, other);
}

/// <summary>What a target promises and did not keep.</summary>
/// <param name="message">The promise.</param>
/// <param name="isNote">True when well-formed bytes keep it, and only a wish that all do is not fulfilled: told, but not a failure.</param>
internal sealed class BrokenInvariantException(string message, bool isNote = false) : Exception(message)
{
    public bool IsNote { get; } = isNote;

    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    public static void Unless(bool holds, string promise)
    {
        if (!holds)
        {
            throw new BrokenInvariantException(promise);
        }
    }
}
