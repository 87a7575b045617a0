namespace NetMonitor.Capture;

/// <summary>A source that was recorded: it has a size, and may have brought the secrets to decrypt it.</summary>
public interface IMeasuredSource : IFrameSource
{
    /// <summary>Bytes (compressed ones for gzip) read so far. Any thread may ask.</summary>
    long BytesRead { get; }

    /// <summary>Bytes there are, or null for a pipe.</summary>
    long? TotalBytes { get; }

    /// <summary>Has the TLS key logs of the capture (pcapng Decryption Secrets Blocks) passed on: those found so far now, others when they are read, before the
    /// frames behind them are.</summary>
    /// <param name="taker">Gets the bytes of each; on the thread that reads.</param>
    void TakeKeyLogs(Action<byte[]> taker);
}
