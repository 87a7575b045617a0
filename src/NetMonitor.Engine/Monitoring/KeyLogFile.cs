using NetMonitor.Capture;
using NetMonitor.Inspection.Tls.Decryption;

namespace NetMonitor.Monitoring;

/// <summary>Reads a TLS key log (SSLKEYLOGFILE) into <see cref="TlsSecrets"/>; one that a program still writes to again and again, from where it was left.</summary>
internal sealed class KeyLogFile
{
    private const int BlockSize = 64 << 10;             // bytes; no line is nearly as long

    private readonly string _path;
    private readonly bool _grows;
    private readonly TlsSecrets _secrets;
    private readonly Lock _reading = new();
    private readonly byte[] _block = new byte[BlockSize];
    private long _position;

    private KeyLogFile(string path, bool grows)
    {
        _path = path;
        _grows = grows;
        _secrets = new TlsSecrets(grows ? Refresh : null);
    }

    /// <summary>The secrets of a log.</summary>
    /// <param name="path">The file; null for none: then only a capture's own secrets come.</param>
    /// <param name="grows">Whether it is still written to, and may not be there yet.</param>
    /// <exception cref="CaptureException">The file cannot be read.</exception>
    public static TlsSecrets? Open(string? path, bool grows)
    {
        if (path is null)
        {
            return grows ? null : new TlsSecrets();
        }

        var log = new KeyLogFile(path, grows);
        try
        {
            log.Read();
        }
        catch (FileNotFoundException) when (grows)
        {
            // It will be there when a program writes the first secret.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaptureException(CaptureError.CaptureFileUnreadable, $"The key log '{path}' cannot be read: {e.Message}", inner: e);
        }

        return log._secrets;
    }

    /// <summary>On the thread that misses a secret. A log that cannot be read now has nothing new.</summary>
    private void Refresh()
    {
        try
        {
            Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Asked again with the next record.
        }
    }

    private void Read()
    {
        lock (_reading)
        {
            using FileStream file = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            _position = file.Length < _position ? 0 : _position;
            file.Position = _position;
            int have = 0;
            for (int count; (count = file.Read(_block, have, _block.Length - have)) > 0;)
            {
                have += count;
                ReadOnlySpan<byte> block = _block.AsSpan(0, have);
                int whole = block.LastIndexOf((byte)'\n') + 1;
                whole = whole == 0 && have == _block.Length ? have : whole; // Not a key log.
                _secrets.Add(block[..whole]);
                _position += whole;
                block[whole..].CopyTo(_block);
                have -= whole;
            }

            if (!_grows)
            {
                _secrets.Add(_block.AsSpan(0, have)); // A last line without its end.
            }
        }
    }
}
