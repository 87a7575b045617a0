using System.Buffers;
using NetMonitor.Inspection.Quic.Decryption;
using NetMonitor.Inspection.Tls.Decryption;

namespace NetMonitor.Inspection.Quic;

/// <summary>
/// QUIC (RFC 9000, RFC 9369, drafts from 22 on) and Google QUIC. Opens the Initial packets of both sides, whose keys follow from what is
/// sent in the clear; later packets only tell how far the connection is.
/// </summary>
internal sealed partial class QuicInspector : DatagramInspector
{
    public const string Name = "QUIC";

    /// <summary>QUIC whose client offers HTTP/3.</summary>
    public const string Http3 = "HTTP/3";

    private const int Attempts = 2; // The one under way, and the one before a Retry, whose packets may come late.

    private readonly List<QuicAttempt> _attempts = new(Attempts); // the newest last
    private readonly QuicFacts _facts = new();
    private readonly QuicWaitingPackets _waiting = new();
    private readonly QuicDecryption? _decryption;
    private int _tried;
    private int _failures;
    private QuicShortHeaders _short;       // of the newest attempt
    private bool _contradicted;            // Something came that is not QUIC.
    private bool _serverVersion;
    private long _now;                     // of the datagram being read
    private Confidence _confidence;

    /// <summary>Begins to follow a flow.</summary>
    /// <param name="joined">True when its beginning was missed.</param>
    /// <param name="secrets">What it may be decrypted with, or null.</param>
    public QuicInspector(bool joined, TlsSecrets? secrets = null)
    {
        _confidence = joined ? Confidence.Port : Confidence.Signature;
        _decryption = secrets is { IsExpected: true } ? new QuicDecryption(secrets, Close) : null;
    }

    /// <inheritdoc/>
    public override string Application => _facts.Application;

    /// <inheritdoc/>
    public override Confidence Confidence => _confidence;

    /// <summary>Bytes held.</summary>
    internal int Buffered => _waiting.Buffered + _attempts.Sum(attempt => attempt.Buffered);

    /// <summary>What the client and the server call themselves; the default while that is not known.</summary>
    internal (QuicConnectionId Client, QuicConnectionId Server) Ids { get; private set; }

    private QuicAttempt? Newest => _attempts.Count > 0 ? _attempts[^1] : null;

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        _now = timestamp;
        if (_begun != 0 && Newest is { } asked && from != asked.Client)
        {
            _facts.HandshakeRtt = Math.Max(0, timestamp - _begun);
            _begun = 0;
            Changed();
        }

        if (QuicLongHeader.IsLong(datagram[0]))
        {
            ReadLong(from, datagram);
            return Outcome.More;
        }

        if (GoogleHello.TryParsePublicHeader(datagram, out QuicVersion? google, out ReadOnlySpan<byte> id))
        {
            ReadGoogle(from, google!, id, default, datagram);
            return Outcome.More;
        }

        if (GoogleHello.IsPublicReset(datagram))
        {
            Become(ConnectionState.QUIC_CLOSED);
            return Outcome.More;
        }

        Decrypt(from, datagram);
        Outcome outcome = ReadShort(from, datagram[0]);
        return outcome == Outcome.Finished && _decryption is { IsPossible: true } ? Outcome.More : outcome;
    }

    /// <summary>The connection goes on between other addresses.</summary>
    internal void Moved()
    {
        _facts.Moves++;
        Changed();
    }

    /// <inheritdoc/>
    protected internal override void Release()
    {
        if (_facts.Attempt is not { SawClientHello: true } && Newest is { } newest && newest.ReadRest())
        {
            _facts.Attempt = newest;
            Changed();
        }

        _attempts.ForEach(static attempt => attempt.Release());
        _decryption?.Release();
        _waiting.Take();
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() =>
        _facts.Version is null && !_facts.VersionNegotiated ? null : FlowInspection.Join(_decryption?.Details, _facts.ToDetails());

    private void Decrypt(Side from, ReadOnlySpan<byte> packet)
    {
        if (_decryption is { IsPossible: true } decryption && Newest is { } attempt && decryption.Read(attempt, QuicVersion.Find(_facts.Version ?? 0) is { IsVersion2: true }, from, packet))
        {
            Changed();
        }
    }

    /// <summary>Packets with long headers, several of which may share a datagram (RFC 9000 section 12.2), and a last one with a short
    /// one.</summary>
    private void ReadLong(Side from, ReadOnlySpan<byte> datagram)
    {
        while (!datagram.IsEmpty && QuicLongHeader.TryParse(datagram, out QuicLongHeader header))
        {
            ReadPacket(from, header);
            datagram = datagram[header.Packet.Length..];
        }

        if (!datagram.IsEmpty && QuicLongHeader.IsShort(datagram[0]))
        {
            Decrypt(from, datagram);
            if (from == Newest?.Client)
            {
                Connected();
            }
        }
    }

    private void ReadPacket(Side from, in QuicLongHeader header)
    {
        if (header.Type == QuicPacketType.VersionNegotiation)
        {
            Note(ref _facts.VersionNegotiated);
            return;
        }

        bool isKnown = header.Version is { Format: not QuicFormat.GooglePublic };
        if (_facts.Version is null && (isKnown || QuicVersion.IsReserved(header.VersionNumber)))
        {
            _facts.Version = header.VersionNumber; // Until a packet that can be opened says more.
            Changed();
        }

        if (!isKnown)
        {
            _contradicted = true;
            return;
        }

        if (_confidence < Confidence.Signature)
        {
            _confidence = Confidence.Signature;
            Changed();
        }

        if (header.Version!.Format == QuicFormat.GoogleLong)
        {
            ReadGoogle(from, header.Version, header.DestinationId, header.SourceId, header.Packet[header.PayloadAt..]);
            return;
        }

        switch (header.Type)
        {
            case QuicPacketType.Initial:
                ReadInitial(from, header);
                break;
            case QuicPacketType.ZeroRtt:
                Note(ref _facts.EarlyData);
                break;
            case QuicPacketType.Handshake:
                SetIds(from, header);
                Handshaking();
                break;
            default:
                Note(ref _facts.Retried);
                break;
        }
    }

    private void ReadInitial(Side from, in QuicLongHeader header)
    {
        if (!header.IsWhole || _tried >= InspectionLimits.QuicInitials || _failures >= InspectionLimits.QuicFailures)
        {
            return;
        }

        _tried++;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(header.Packet.Length);
        QuicAttempt? newest = Newest;
        if (TryOpen(from, header, buffer, out QuicAttempt? attempt, out ReadOnlySpan<byte> frames))
        {
            ReadFrames(from, attempt!, header, frames);
        }
        else
        {
            _waiting.Add(from, header.Packet);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        if (Newest != newest)
        {
            ReadWaiting();
        }
    }

    private bool TryOpen(Side from, in QuicLongHeader header, byte[] buffer, out QuicAttempt? attempt, out ReadOnlySpan<byte> frames)
    {
        for (int i = _attempts.Count - 1; i >= 0; i--)
        {
            attempt = _attempts[i];
            if (attempt.TryOpen(from, header, buffer, out frames, out bool authenticated))
            {
                return true;
            }

            _failures += authenticated ? 0 : 1;
        }

        attempt = null;
        frames = default;
        if (header.DestinationId.IsEmpty || Newest is { } newest && newest.DestinationId.SequenceEqual(header.DestinationId))
        {
            return false;
        }

        // The client's first packet, its first after a Retry or in another version, or a new connection between the same ports.
        QuicInitialKeys keys = new(header.Version!, header.DestinationId);
        if (!keys.TryOpen(byClient: true, header, buffer, out frames, out bool genuine))
        {
            _failures += genuine ? 0 : 1;
            keys.Dispose();
            return false;
        }

        attempt = new QuicAttempt(from, header.Version!, header.DestinationId, keys) { KeepsRandom = _decryption is not null };
        Begin(attempt);
        return true;
    }

    private void ReadFrames(Side from, QuicAttempt attempt, in QuicLongHeader header, ReadOnlySpan<byte> payload)
    {
        _confidence = Confidence.Decoded;
        if (attempt == Newest)
        {
            SetVersion(header.VersionNumber, byServer: from != attempt.Client);
            SetIds(from, header);
        }

        QuicFrames frames = new(payload, header.Version!.Format);
        while (frames.TryRead(out QuicFrame frame))
        {
            if (frame.Type == QuicFrameType.Close)
            {
                Close(from, frame);
            }
            else if (attempt.ReadCrypto(from, frame.Offset, frame.Data))
            {
                // A late packet of an earlier attempt does not undo a later one's.
                if (attempt == Newest || _facts.Attempt is null)
                {
                    _facts.Attempt = attempt;
                }

                Changed();
            }
        }

        if (from != attempt.Client && attempt == Newest)
        {
            Handshaking();
        }
    }

    /// <summary>A packet of Google QUIC with its handshake in the clear.</summary>
    private void ReadGoogle(
        Side from, QuicVersion version, ReadOnlySpan<byte> destinationId, ReadOnlySpan<byte> sourceId, ReadOnlySpan<byte> packet)
    {
        if (GoogleHello.TryFind(packet, out GoogleHello hello) && Newest is not { SawClientHello: true })
        {
            QuicAttempt attempt = new(from, version, destinationId, keys: null);
            Begin(attempt);
            SetVersion(version.Number, byServer: false);
            attempt.Read(hello);
            _facts.Attempt = attempt;
            _facts.DestinationId = Convert.ToHexStringLower(destinationId);
            _confidence = Confidence.Decoded;
            Changed();
        }
        else if (!sourceId.IsEmpty)
        {
            Handshaking(); // Only servers send their own id.
        }
    }

    /// <summary>A packet with a short header, which is encrypted, or one of a protocol that happens to use the same ports.</summary>
    private Outcome ReadShort(Side from, byte first)
    {
        bool isGoogle = Newest?.Version.Format == QuicFormat.GooglePublic;
        if (!isGoogle && Newest is null && !QuicLongHeader.IsShort(first))
        {
            _contradicted = true;
            return Outcome.Reject;
        }

        _short.Add(from, first);
        if (_confidence == Confidence.Port && !_contradicted && _short.AreConvincing)
        {
            _confidence = Confidence.Heuristic;
            Changed();
        }

        // A server may send data before the client's handshake is done (RFC 9001 section 5.7); it does not of a client it never heard.
        bool isEnough = _short.Count >= InspectionLimits.QuicShortDatagrams;
        if (Newest is null || from == Newest.Client || isEnough)
        {
            Connected();
        }
        else
        {
            Handshaking();
        }

        bool told = _short.FromBoth
            && (_facts.Attempt is { SawClientHello: true, Tls.SawServerHello: true } || _facts.Attempt is { GoogleServerName: not null });
        return _state == ConnectionState.QUIC_CONNECTED && (told || isEnough) ? Outcome.Finished : Outcome.More;
    }

    private void Note(ref bool fact)
    {
        if (!fact)
        {
            fact = true;
            Changed();
        }
    }

    /// <summary>The version of a packet that was opened. The server's is the one agreed on (RFC 9368 section 2.3).</summary>
    private void SetVersion(uint version, bool byServer)
    {
        if (_facts.Version != version && (byServer || !_serverVersion))
        {
            _facts.Version = version;
            Changed();
        }

        _serverVersion |= byServer;
    }

    /// <summary>The ids of a packet: its source id is what the sender wants to be called; the server's replaces the client's first
    /// guess.</summary>
    private void SetIds(Side from, in QuicLongHeader header)
    {
        bool byClient = from == Newest?.Client;
        if (Newest is not null)
        {
            QuicConnectionId id = QuicConnectionId.Of(header.SourceId);
            Ids = byClient ? Ids with { Client = id } : Ids with { Server = id };
        }

        if (_decryption is not null && Newest is not null)
        {
            _decryption.ClientIdSize = byClient ? header.SourceId.Length : _decryption.ClientIdSize;
            _decryption.ServerIdSize = byClient ? _decryption.ServerIdSize : header.SourceId.Length;
        }

        if (Newest is not null && _facts.SetIds(byClient, header.SourceId, header.DestinationId))
        {
            Changed();
        }
    }

    /// <summary>Tries again what came too early.</summary>
    private void ReadWaiting()
    {
        foreach ((Side from, byte[] packet) in _waiting.Take())
        {
            if (QuicLongHeader.TryParse(packet, out QuicLongHeader header))
            {
                ReadInitial(from, header);
            }
        }
    }
}
