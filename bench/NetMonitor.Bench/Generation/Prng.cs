namespace NetMonitor.Bench.Generation;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine and runtime, which <see cref="Random"/> does not promise.</summary>
internal struct Prng(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Next(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);
}
