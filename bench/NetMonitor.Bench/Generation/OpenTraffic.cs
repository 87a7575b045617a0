namespace NetMonitor.Bench.Generation;

/// <summary>TCP connections that are opened and stay open: a handshake and nothing else, one after the other. What a tracked connection costs.</summary>
internal sealed class OpenTraffic : ITraffic
{
    private const ushort Port = 20_003; // registered for nothing
    private const int PacketsEach = 3;
    private const uint ClientSequence = 1_000;
    private const uint ServerSequence = 5_000;

    private long _packets;

    public int Next(Span<byte> frame)
    {
        uint number = (uint)(_packets / PacketsEach);
        Ends ends = new(0x0A40_0000 + (number >> 14), (ushort)(40_000 + (number & 0x3FFF)), 0xC613_0000 + (number % 4096), Port);
        return (_packets++ % PacketsEach) switch
        {
            0 => FrameBuilder.WriteTcp(frame, ends, fromClient: true, ClientSequence, 0, Control.Syn, 0),
            1 => FrameBuilder.WriteTcp(frame, ends, fromClient: false, ServerSequence, ClientSequence + 1, Control.Syn | Control.Ack, 0),
            _ => FrameBuilder.WriteTcp(frame, ends, fromClient: true, ClientSequence + 1, ServerSequence + 1, Control.Ack, 0),
        };
    }
}
