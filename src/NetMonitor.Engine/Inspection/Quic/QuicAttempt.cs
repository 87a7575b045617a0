using System.Buffers.Binary;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Quic;

/// <summary>
/// One attempt of a client to connect: the connection id it chose, the keys that follow from it, the handshakes of both sides. A Retry or
/// another version begins another.
/// </summary>
internal sealed class QuicAttempt
{
    private const int MessageHeaderSize = 4; // type, length in three bytes (RFC 8446 section 4)

    private readonly byte[] _destinationId;
    private QuicInitialKeys? _keys;
    private QuicCryptoStream? _fromClient;
    private QuicCryptoStream? _fromServer;

    /// <param name="client">Who the client is.</param>
    /// <param name="version">Its version.</param>
    /// <param name="destinationId">The id it sends to.</param>
    /// <param name="keys">The keys that were shown to be right; null where none are needed.</param>
    public QuicAttempt(Side client, QuicVersion version, ReadOnlySpan<byte> destinationId, QuicInitialKeys? keys)
    {
        Client = client;
        Version = version;
        _destinationId = destinationId.ToArray();
        _keys = keys;
    }

    public Side Client { get; }

    /// <summary>The version of the last packet opened: a server may answer in another (RFC 9368 section 2.3).</summary>
    public QuicVersion Version { get; private set; }

    public ReadOnlySpan<byte> DestinationId => _destinationId;

    /// <summary>What the hellos said.</summary>
    public TlsFacts Tls { get; } = new(Ja4.Quic);

    /// <summary>True to keep what secrets are found by.</summary>
    public bool KeepsRandom { get; init; }

    /// <summary>The random of the client's hello, when it is kept.</summary>
    public byte[]? ClientRandom { get; private set; }

    /// <summary>The client's max_idle_timeout, milliseconds; 0 when none.</summary>
    public ulong IdleTimeout { get; private set; }

    public string? UserAgent { get; private set; }

    /// <summary>The server name of Google's own handshake, or null.</summary>
    public string? GoogleServerName { get; private set; }

    /// <summary>True once a whole hello of the client was read.</summary>
    public bool SawClientHello { get; private set; }

    /// <summary>Bytes held.</summary>
    public int Buffered => (_fromClient?.Buffered ?? 0) + (_fromServer?.Buffered ?? 0);

    /// <summary>Opens a packet that belongs to this attempt.</summary>
    public bool TryOpen(Side from, in QuicLongHeader header, Span<byte> buffer, out ReadOnlySpan<byte> frames, out bool authenticated)
    {
        QuicVersion version = header.Version!;
        QuicInitialKeys keys = version == Version && _keys is not null ? _keys : new QuicInitialKeys(version, _destinationId);
        bool isOpen = keys.TryOpen(from == Client, header, buffer, out frames, out authenticated);
        if (keys != _keys)
        {
            (isOpen ? _keys : keys)?.Dispose();
        }

        (Version, _keys) = isOpen ? (version, keys) : (Version, _keys);
        return isOpen;
    }

    /// <summary>Reads the data of a CRYPTO frame.</summary>
    /// <returns>True when a hello was completed.</returns>
    public bool ReadCrypto(Side from, ulong offset, ReadOnlySpan<byte> data)
    {
        QuicCryptoStream stream = from == Client ? _fromClient ??= new QuicCryptoStream() : _fromServer ??= new QuicCryptoStream();
        ReadOnlySpan<byte> window = stream.Push(offset, data);
        bool learned = false;
        while (!window.IsEmpty)
        {
            int used = 0;
            while (TryRead(from, window[used..], out int length, ref learned))
            {
                used += length;
            }

            window = stream.Advance(window, used);
        }

        return learned;
    }

    /// <summary>A hello that was cut short still has its first fields.</summary>
    /// <returns>True when it did.</returns>
    public bool ReadRest()
    {
        ReadOnlySpan<byte> rest = _fromClient is null || SawClientHello ? default : _fromClient.Window;
        return rest.Length > MessageHeaderSize && rest[0] == (byte)TlsHandshakeType.ClientHello
            && ClientHello.TryParseTruncated(rest[MessageHeaderSize..], out ClientHello hello) && Read(hello);
    }

    public void Release()
    {
        _keys?.Dispose();
        _fromClient?.Release();
        _fromServer?.Release();
    }

    /// <summary>Reads a CHLO of Google's own handshake.</summary>
    public void Read(in GoogleHello hello)
    {
        SawClientHello = true;
        GoogleServerName = hello.ServerName.IsEmpty ? null : WireText.Clean(hello.ServerName);
        UserAgent = hello.UserAgent.IsEmpty ? null : WireText.Clean(hello.UserAgent);
        IdleTimeout = hello.IdleTimeout * 1000ul;
    }

    /// <summary>Reads the message at the front, when it is whole.</summary>
    private bool TryRead(Side from, ReadOnlySpan<byte> bytes, out int length, ref bool learned)
    {
        length = bytes.Length;
        if (Version.Format == QuicFormat.GoogleFrames && GoogleHello.TryParse(bytes, out GoogleHello google))
        {
            Read(google);
            learned = true;
            return true;
        }

        if (bytes.Length < MessageHeaderSize)
        {
            return false;
        }

        length = MessageHeaderSize + (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFF_FFFF);
        if (length > bytes.Length)
        {
            return false;
        }

        learned |= Read(from, (TlsHandshakeType)bytes[0], bytes[MessageHeaderSize..length]);
        return true;
    }

    private bool Read(Side from, TlsHandshakeType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            // The second one, after a retry of TLS, says nothing new.
            case TlsHandshakeType.ClientHello when from == Client && !SawClientHello && ClientHello.TryParse(body, out ClientHello client):
                SawClientHello = true;
                ClientRandom = KeepsRandom ? body.Slice(sizeof(ushort), ClientHello.RandomSize).ToArray() : null;
                return Read(client);
            case TlsHandshakeType.ServerHello when from != Client && ServerHello.TryParse(body, out ServerHello server):
                Tls.Read(from, server);
                return true;
            default:
                return false;
        }
    }

    private bool Read(in ClientHello hello)
    {
        Tls.Read(Client, hello);
        QuicTransportParameters parameters = QuicTransportParameters.Of(hello.Extensions, Version.HasOldTransportParameters);
        IdleTimeout = parameters.IdleTimeout;
        UserAgent = parameters.UserAgent.IsEmpty ? null : WireText.Clean(parameters.UserAgent);
        return true;
    }
}
