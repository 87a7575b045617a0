using System.Buffers;
using NetMonitor.Packets;

namespace NetMonitor.Inspection.Tls.Decryption;

/// <summary>
/// Opens the records of one connection with the secrets of a key log, and has what is inside inspected as a stream of its own. Secrets may come after the
/// records they are for; such records stay closed.
/// </summary>
internal sealed class TlsDecryption(TlsSecrets secrets, FlowContext context)
{
    private const byte EncryptedExtensions = 8;  // handshake types of RFC 8446 section 4 that only come encrypted
    private const byte Finished = 20;
    private const byte KeyUpdate = 24;
    private const ushort EncryptThenMac = 22;    // extension, RFC 7366
    private const int RandomAt = 2;              // in both hellos
    private const byte CloseNotify = 0;
    private const uint InitialSequence = 0;

    private sealed class Direction(bool isClient)
    {
        public readonly bool IsClient = isClient;
        public TlsRecordKeys? Keys;
        public byte[]? Secret;         // of TLS 1.3, which the next one follows from
        public bool InHandshake;       // the keys are those of the handshake
        public bool Opened;            // a record
        public int Closed;             // records that could not be opened before the first that could
        public bool IsLost;
        public uint Next = InitialSequence + 1;
        public TlsMessageWalk Walk;
    }

    private readonly byte[] _clientRandom = new byte[ClientHello.RandomSize];
    private readonly byte[] _serverRandom = new byte[ClientHello.RandomSize];
    private Direction? _client;
    private Direction? _server;
    private Side _clientSide;
    private bool _hasClient;
    private TlsCipher? _cipher;
    private bool _isTls13;
    private bool _encryptThenMac;
    private FlowInspection? _inner;

    /// <summary>True while records may still be opened.</summary>
    public bool IsPossible => _cipher is not null && _client is { } client && _server is { } server && !(client.IsLost && server.IsLost) && _inner is not { IsFinished: true };

    /// <summary>What was found inside, or null.</summary>
    public ApplicationDetails? Details => _inner?.Details;

    /// <summary>Takes from the hellos what keys are derived from.</summary>
    public void Hello(Side from, TlsHandshakeType type, ReadOnlySpan<byte> body)
    {
        if (_cipher is not null || body.Length < RandomAt + ClientHello.RandomSize)
        {
            return;
        }

        if (type == TlsHandshakeType.ClientHello && !_hasClient)
        {
            body.Slice(RandomAt, ClientHello.RandomSize).CopyTo(_clientRandom);
            _clientSide = from;
            _hasClient = true;
        }
        else if (type == TlsHandshakeType.ServerHello && _hasClient && from != _clientSide && ServerHello.TryParse(body, out ServerHello hello) && !hello.IsRetry)
        {
            body.Slice(RandomAt, ClientHello.RandomSize).CopyTo(_serverRandom);
            _isTls13 = TlsNames.IsTls13(hello.Version);
            _encryptThenMac = HasExtension(hello.Extensions, EncryptThenMac);
            bool isKnown = _isTls13 || hello.Version == TlsNames.Tls12;
            _cipher = isKnown ? TlsCipher.Of(TlsCipherSuites.NameOf(hello.CipherSuite)) : null;
            _client = new Direction(isClient: true) { InHandshake = _isTls13 };
            _server = new Direction(isClient: false) { InHandshake = _isTls13 };
        }
    }

    /// <summary>Opens a protected record.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="type">What its header says it is.</param>
    /// <param name="record">All of it, header included.</param>
    /// <param name="timestamp">When its last byte was captured.</param>
    /// <param name="facts">Learns from what the handshake of TLS 1.3 says encrypted.</param>
    /// <returns>True when something was learned.</returns>
    public bool Record(Side from, TlsContentType type, ReadOnlySpan<byte> record, long timestamp, TlsFacts facts)
    {
        Direction direction = from == _clientSide ? _client! : _server!;
        if (direction.IsLost)
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(record.Length);
        try
        {
            if (!TryOpen(direction, record, buffer, out ReadOnlySpan<byte> content))
            {
                Miss(direction, from, timestamp);
                return false;
            }

            direction.Opened = true;
            if (_isTls13)
            {
                // TLSInnerPlaintext: content, its type, zeros (RFC 8446 section 5.2)
                content = content.TrimEnd((byte)0);
                type = content.IsEmpty ? default : (TlsContentType)content[^1];
                content = content.IsEmpty ? content : content[..^1];
            }

            return Read(direction, from, type, content, timestamp, facts);
        }
        finally
        {
            Array.Clear(buffer, 0, record.Length);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A direction ended.</summary>
    /// <returns>True when that says something about what is inside.</returns>
    public bool End(Side from, long timestamp)
    {
        if (_inner is not { IsFinished: false } inner || _client is null || _server is null)
        {
            return false;
        }

        int version = inner.Version;
        Direction direction = from == _clientSide ? _client : _server;
        inner.Segment(from, direction.Next, TcpFlags.Fin | TcpFlags.Ack, [], 0, timestamp);
        return inner.Version != version;
    }

    /// <summary>Nothing more comes: keys are forgotten.</summary>
    /// <returns>True when that says something about what is inside.</returns>
    public bool Close()
    {
        Lose(_client);
        Lose(_server);
        int version = _inner?.Version ?? 0;
        _inner?.Close();
        return _inner is not null && _inner.Version != version;
    }

    private static bool HasExtension(ReadOnlySpan<byte> extensions, ushort wanted)
    {
        WireReader reader = new(extensions);
        while (reader.TryReadUInt16(out ushort type) && reader.TryReadVector16(out _))
        {
            if (type == wanted)
            {
                return true;
            }
        }

        return false;
    }

    private static void Lose(Direction? direction)
    {
        if (direction is not null)
        {
            direction.IsLost = true;
            direction.Keys?.Dispose();
            direction.Keys = null;
            direction.Secret = null;
        }
    }

    private bool TryOpen(Direction direction, ReadOnlySpan<byte> record, byte[] buffer, out ReadOnlySpan<byte> content)
    {
        content = default;
        if ((direction.Keys ??= FirstKeys(direction)) is { } keys && keys.TryOpen(record, buffer, out content))
        {
            return true;
        }

        // A log without the handshake's secrets, or one that came late: the traffic's first record opens with its first key.
        if (!_isTls13 || direction.Opened || !direction.InHandshake || TrafficKeys(direction) is not { } traffic)
        {
            return false;
        }

        if (!traffic.TryOpen(record, buffer, out content))
        {
            traffic.Dispose();
            return false;
        }

        direction.Keys?.Dispose();
        direction.Keys = traffic;
        direction.InHandshake = false;
        return true;
    }

    private TlsRecordKeys? FirstKeys(Direction direction)
    {
        if (_isTls13)
        {
            byte[]? handshake = secrets.Find(direction.IsClient ? TlsSecret.ClientHandshake : TlsSecret.ServerHandshake, _clientRandom);
            return handshake is null ? null : TlsRecordKeys.Tls13(_cipher!, handshake);
        }

        if (secrets.Find(TlsSecret.Master, _clientRandom) is not { } master)
        {
            return null;
        }

        TlsRecordKeys keys = TlsRecordKeys.Tls12(_cipher!, _encryptThenMac, master, _clientRandom, _serverRandom, direction.IsClient);
        keys.Sequence = (ulong)direction.Closed;
        return keys;
    }

    private TlsRecordKeys? TrafficKeys(Direction direction)
    {
        direction.Secret ??= secrets.Find(direction.IsClient ? TlsSecret.ClientTraffic : TlsSecret.ServerTraffic, _clientRandom);
        return direction.Secret is null ? null : TlsRecordKeys.Tls13(_cipher!, direction.Secret);
    }

    /// <summary>Early data (RFC 8446 section 2.3) and records whose secret is not known may come first; afterwards a record that does not open means that one is
    /// missing.</summary>
    private void Miss(Direction direction, Side from, long timestamp)
    {
        if (direction.Opened || ++direction.Closed > InspectionLimits.TlsClosedRecords)
        {
            Lose(direction);
            End(from, timestamp);
        }
    }

    private bool Read(Direction direction, Side from, TlsContentType type, ReadOnlySpan<byte> content, long timestamp, TlsFacts facts)
    {
        switch (type)
        {
            case TlsContentType.Handshake when _isTls13:
                return ReadHandshake(direction, content, facts);
            case TlsContentType.Alert when content.Length == 2 && content[1] == CloseNotify:
                return End(from, timestamp);
            case TlsContentType.ApplicationData when !content.IsEmpty:
                return ReadInner(direction, from, content, timestamp);
            default:
                return false;
        }
    }

    private bool ReadHandshake(Direction direction, ReadOnlySpan<byte> content, TlsFacts facts)
    {
        bool learned = false;
        while (direction.Walk.MoveNext(ref content, out byte type, out ReadOnlySpan<byte> body))
        {
            switch (type)
            {
                case Finished when direction.InHandshake:
                    direction.InHandshake = false;
                    Renew(direction, TrafficKeys(direction));
                    return learned;
                case KeyUpdate when !direction.InHandshake && direction.Secret is { } secret:
                    direction.Secret = TlsCipher.ExpandLabel(_cipher!.Hash, secret, "traffic upd", secret.Length);
                    Renew(direction, TlsRecordKeys.Tls13(_cipher, direction.Secret));
                    return learned;
                case EncryptedExtensions when !body.IsEmpty:
                    learned |= facts.ReadEncryptedExtensions(body);
                    break;
                case (byte)TlsHandshakeType.Certificate when !body.IsEmpty && !direction.IsClient:
                    learned |= facts.ReadEncryptedCertificate(body);
                    break;
                default:
                    break;
            }
        }

        return learned;
    }

    private static void Renew(Direction direction, TlsRecordKeys? keys)
    {
        direction.Keys?.Dispose();
        direction.Keys = keys;
        direction.IsLost = keys is null;
    }

    private bool ReadInner(Direction direction, Side from, ReadOnlySpan<byte> content, long timestamp)
    {
        if (_inner is null)
        {
            _inner = new FlowInspection(context with { Secrets = null });
            _inner.Segment(Side.Originator, InitialSequence, TcpFlags.Syn, [], 0, timestamp);
            _inner.Segment(Side.Responder, InitialSequence, TcpFlags.Syn | TcpFlags.Ack, [], 0, timestamp);
        }

        int version = _inner.Version;
        _inner.Segment(from, direction.Next, TcpFlags.Ack | TcpFlags.Psh, content, content.Length, timestamp);
        direction.Next += (uint)content.Length;
        return _inner.Version != version;
    }
}
