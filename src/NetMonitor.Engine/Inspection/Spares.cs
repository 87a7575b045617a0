namespace NetMonitor.Inspection;

/// <summary>Objects that have served a flow and may serve another: most are needed for a few packets only. Holds a few; one thread uses it.</summary>
internal sealed class Spares<T>
    where T : class
{
    private const int Most = 256;

    private readonly Stack<T> _spares = new();

    /// <summary>One that served before, or null.</summary>
    public T? Take() => _spares.TryPop(out T? spare) ? spare : null;

    /// <summary>Nobody refers to it any more.</summary>
    public void Keep(T spare)
    {
        if (_spares.Count < Most)
        {
            _spares.Push(spare);
        }
    }
}
