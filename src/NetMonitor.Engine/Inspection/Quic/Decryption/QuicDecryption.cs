using System.Buffers;
using NetMonitor.Inspection.Http3;
using NetMonitor.Inspection.Tls;
using NetMonitor.Inspection.Tls.Decryption;

namespace NetMonitor.Inspection.Quic.Decryption;

/// <summary>What is told when a side closes the connection.</summary>
internal delegate void QuicClosed(Side from, in QuicFrame frame);

/// <summary>Opens the 1-RTT packets of one connection with the secrets of a key log, and reads the HTTP/3 requests inside, and how it ends.</summary>
/// <param name="secrets">The key log.</param>
/// <param name="closed">Called for each frame that closes the connection.</param>
internal sealed class QuicDecryption(TlsSecrets secrets, QuicClosed closed)
{
    private readonly Http3Streams _http = new();
    private QuicAttempt? _attempt;
    private TlsCipher? _cipher;
    private QuicTrafficKeys? _client;
    private QuicTrafficKeys? _server;
    private int _closed;
    private long _bytes;
    private bool _isOver;

    /// <summary>Bytes of the id that the client calls itself by, which the server's packets begin with.</summary>
    public int ClientIdSize { get; set; }

    /// <summary>Bytes of the server's.</summary>
    public int ServerIdSize { get; set; }

    /// <summary>True while packets may still be opened.</summary>
    public bool IsPossible => !_isOver && _bytes < InspectionLimits.TlsDecryptedBytes && _closed < InspectionLimits.TlsClosedRecords;

    /// <summary>What was found inside, or null.</summary>
    public ApplicationDetails? Details => _http.Details;

    /// <summary>Opens a packet with a short header.</summary>
    /// <param name="attempt">The connection.</param>
    /// <param name="isVersion2">Whether the version agreed on is version 2, whose labels are others.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="packet">It, up to the end of the datagram.</param>
    /// <returns>True when it said something.</returns>
    public bool Read(QuicAttempt attempt, bool isVersion2, Side from, ReadOnlySpan<byte> packet)
    {
        bool byClient = from == attempt.Client;
        if (!IsPossible || Keys(attempt, isVersion2, byClient) is not { } keys)
        {
            _closed++;
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(packet.Length);
        bool learned = false;
        _bytes += packet.Length;
        if (keys.TryOpen(packet, byClient ? ServerIdSize : ClientIdSize, buffer, out ReadOnlySpan<byte> payload))
        {
            _closed = 0;
            QuicStreamFrames frames = new(payload);
            while (frames.TryRead(out ulong id, out ulong offset, out ReadOnlySpan<byte> data))
            {
                learned |= _http.Read(byClient, id, offset, data);
            }

            if (frames.IsClosed)
            {
                closed(from, frames.Close);
            }
        }
        else
        {
            _closed++;
        }

        Array.Clear(buffer, 0, packet.Length);
        ArrayPool<byte>.Shared.Return(buffer);
        return learned;
    }

    /// <summary>Nothing more comes: keys are forgotten.</summary>
    public void Release()
    {
        _isOver = true;
        _client?.Dispose();
        _server?.Dispose();
        _client = _server = null;
        _http.Release();
    }

    private QuicTrafficKeys? Keys(QuicAttempt attempt, bool isVersion2, bool byClient)
    {
        if (attempt != _attempt)
        {
            _client?.Dispose();
            _server?.Dispose();
            _client = _server = null;
            _attempt = attempt;
            _cipher = null;
        }

        if (attempt.ClientRandom is not { } random || attempt.Tls.CipherSuiteName is not { } suite)
        {
            return null;
        }

        _cipher ??= TlsCipher.Of(suite);
        ref QuicTrafficKeys? keys = ref byClient ? ref _client : ref _server;
        return keys ??= _cipher is { } cipher && secrets.Find(byClient ? TlsSecret.ClientTraffic : TlsSecret.ServerTraffic, random) is { } secret
            ? QuicTrafficKeys.Of(cipher, isVersion2, [.. secret]) : null;
    }
}
