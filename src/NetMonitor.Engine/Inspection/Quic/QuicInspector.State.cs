namespace NetMonitor.Inspection.Quic;

/// <content>How far the connection is. States only go forward, but for a new attempt between the same ports.</content>
internal sealed partial class QuicInspector
{
    private ConnectionState _state = ConnectionState.QUIC_INITIAL;
    private Side? _closedBy;
    private long _begun;                   // when the newest attempt began; 0 once the server has answered it, or when it had before

    /// <inheritdoc/>
    public override ConnectionState? State => _confidence == Confidence.Port ? null : _state; // A guess has no state.

    private void Begin(QuicAttempt attempt)
    {
        if (_attempts.Count == Attempts)
        {
            _attempts[0].Release();
            _attempts.RemoveAt(0);
        }

        _attempts.Add(attempt);
        _closedBy = null;
        _begun = _waiting.Buffered == 0 ? _now : 0; // The server's answer may wait already.
        _facts.HandshakeRtt = null;
        _serverVersion = false;
        _short = default;
        _facts.Reopen();
        _facts.DestinationId = null;
        if (_attempts.Count > 1 || _state != ConnectionState.QUIC_HANDSHAKE)
        {
            _state = ConnectionState.QUIC_INITIAL; // The server's answer may have come before what it answers.
        }

        Changed();
    }

    private void Handshaking()
    {
        if (_state == ConnectionState.QUIC_INITIAL)
        {
            Become(ConnectionState.QUIC_HANDSHAKE);
        }
    }

    private void Connected()
    {
        if (_state is ConnectionState.QUIC_INITIAL or ConnectionState.QUIC_HANDSHAKE)
        {
            Become(ConnectionState.QUIC_CONNECTED);
            _waiting.Take(); // Initial packets are over (RFC 9001 section 4.9.1).
        }
    }

    /// <summary>One side has closed the connection; when the other has too, nothing more comes (RFC 9000 section 10.2).</summary>
    private void Close(Side from, in QuicFrame frame)
    {
        _facts.Close(frame);
        if (_state != ConnectionState.QUIC_CLOSED) // Else it is said once more, to packets that came late.
        {
            Become(_closedBy is { } first && first != from ? ConnectionState.QUIC_CLOSED : ConnectionState.QUIC_DRAINING);
        }

        _closedBy ??= from;
        Changed();
    }

    private void Become(ConnectionState state)
    {
        if (_state != state)
        {
            _state = state;
            Changed();
        }
    }
}
