namespace NetMonitor.Inspection.Quic;

/// <summary>What was learned of a connection besides its hellos, and the record of it all.</summary>
internal sealed class QuicFacts
{
    private string? _closeError;
    private ulong? _closeCode;
    private bool? _closedByApplication;
    private string? _closeReason;
    private string? _sourceId;

    public bool Retried;
    public bool VersionNegotiated;
    public bool EarlyData;
    public int Moves;

    public uint? Version { get; set; }

    /// <summary>The attempt whose hellos count: the newest whose client's was read.</summary>
    public QuicAttempt? Attempt { get; set; }

    public string? DestinationId { get; set; }

    /// <summary>"HTTP/3" and "DoQ" by what the client offered (RFC 9114 section 3.1, RFC 9250 section 4.1.1; drafts and Facebook's,
    /// HTTP/0.9 of interoperability tests), else "QUIC".</summary>
    public string Application
    {
        get
        {
            foreach (string name in Attempt?.Tls.AlpnOffered ?? [])
            {
                if (name == "h3" || name.StartsWith("h3-", StringComparison.Ordinal) || name.StartsWith("hq", StringComparison.Ordinal))
                {
                    return QuicInspector.Http3;
                }

                if (name == "doq" || name.StartsWith("doq-", StringComparison.Ordinal))
                {
                    return "DoQ";
                }
            }

            return QuicInspector.Name;
        }
    }

    /// <summary>Takes the ids of a packet with a long header.</summary>
    /// <returns>True when they say something new.</returns>
    public bool SetIds(bool byClient, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        if (!byClient)
        {
            DestinationId = Hex(DestinationId, source, out bool isNew);
            return isNew;
        }

        _sourceId = Hex(_sourceId, source, out bool changed);
        if (DestinationId is null)
        {
            DestinationId = Convert.ToHexStringLower(destination);
            return true;
        }

        return changed;
    }

    public void Close(in QuicFrame frame)
    {
        _closeCode = frame.ErrorCode;
        _closedByApplication = frame.IsApplicationError;
        _closeError = QuicErrors.NameOf(frame.ErrorCode, frame.IsApplicationError, isHttp3: Application == QuicInspector.Http3);
        _closeReason = frame.Data.IsEmpty ? null : WireText.Clean(frame.Data);
    }

    /// <summary>A new connection begins: what an earlier one ended with is no more.</summary>
    public void Reopen()
    {
        _closeCode = null;
        _closedByApplication = null;
        _closeError = _closeReason = null;
    }

    private static string Hex(string? known, ReadOnlySpan<byte> id, out bool isNew)
    {
        Span<char> text = stackalloc char[2 * QuicLongHeader.LongestId];
        Convert.TryToHexStringLower(id, text, out int length);
        isNew = known is null || !text[..length].SequenceEqual(known);
        return isNew ? new string(text[..length]) : known!;
    }

    /// <summary>From the client's first Initial of the newest attempt to the server's first packet after it, nanoseconds.</summary>
    public long? HandshakeRtt { get; set; }

    public QuicDetails ToDetails()
    {
        TlsDetails? tls = Attempt?.Tls.ToDetails();
        return new QuicDetails
        {
            Version = Version is { } version ? QuicVersion.NameOf(version) : null,
            Sni = tls?.Sni ?? Attempt?.GoogleServerName,
            AlpnOffered = tls?.AlpnOffered ?? [],
            CipherSuite = tls?.CipherSuite,
            Group = tls?.Group,
            Ja4 = tls?.Ja4,
            Resumed = tls?.CipherSuite is null ? null : tls.Resumed,
            EchOffered = tls is { EchOffered: true },
            SourceConnectionId = _sourceId,
            DestinationConnectionId = DestinationId,
            IdleTimeout = Attempt is { IdleTimeout: > 0 and var idle } ? TimeSpan.FromMilliseconds(Math.Min(idle, int.MaxValue)) : null,
            UserAgent = Attempt?.UserAgent,
            HandshakeRtt = HandshakeRtt is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
            Retried = Retried,
            VersionNegotiated = VersionNegotiated,
            EarlyData = EarlyData,
            Moves = Moves,
            CloseError = _closeError,
            CloseCode = (long?)_closeCode,
            ClosedByApplication = _closedByApplication,
            CloseReason = _closeReason,
        };
    }
}
