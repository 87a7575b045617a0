namespace NetMonitor.Bench.Generation;

/// <summary>
/// TLS 1.3 connections of six segments, each with a server name of its own, many at a time: SYN, SYN, ClientHello, ServerHello, FIN, FIN.
/// What inspection and the opening and closing of flows cost.
/// </summary>
internal sealed class ManyTraffic : ITraffic
{
    private const int Concurrent = 256;

    private readonly Session[] _sessions = new Session[Concurrent];
    private readonly byte[] _hello = new byte[PcapWriter.MaxFrame];
    private Prng _prng = new(3);
    private int _opened;

    public ManyTraffic()
    {
        for (int i = 0; i < Concurrent; i++)
        {
            _sessions[i] = Open();
        }
    }

    public int Next(Span<byte> frame)
    {
        ref Session session = ref _sessions[_prng.Next(Concurrent)];
        Span<byte> payload = frame[FrameBuilder.TcpHeaders..];
        switch (session.Step++)
        {
            case 0:
                return Send(frame, ref session, fromClient: true, Control.Syn, 0);
            case 1:
                return Send(frame, ref session, fromClient: false, Control.Syn | Control.Ack, 0);
            case 2:
                return Send(frame, ref session, fromClient: true, Control.Ack | Control.Psh, TlsMessages.ClientHello(payload, session.Number, _hello));
            case 3:
                return Send(frame, ref session, fromClient: false, Control.Ack | Control.Psh, TlsMessages.ServerHello(payload, session.Number));
            case 4:
                return Send(frame, ref session, fromClient: true, Control.Fin | Control.Ack, 0);
            default:
                int length = Send(frame, ref session, fromClient: false, Control.Fin | Control.Ack, 0);
                session = Open();
                return length;
        }
    }

    private Session Open() => new() { Number = _opened++, ClientSequence = (uint)_prng.Next(), ServerSequence = (uint)_prng.Next() };

    private static int Send(Span<byte> frame, ref Session session, bool fromClient, Control control, int payload)
    {
        // 16,384 ports of each of 65,536 clients in 10.64.0.0/10; servers in 198.19.0.0/16.
        int number = session.Number;
        Ends ends = new(0x0A40_0000 + (uint)(number >> 14), (ushort)(40_000 + (number & 0x3FFF)), 0xC613_0000 + (uint)(number % 4096), 443);
        uint acknowledgment = (control & Control.Ack) == 0 ? 0 : fromClient ? session.ServerSequence : session.ClientSequence;
        int length = FrameBuilder.WriteTcp(
            frame, ends, fromClient, fromClient ? session.ClientSequence : session.ServerSequence, acknowledgment, control, payload);

        uint advance = (uint)payload + ((control & (Control.Syn | Control.Fin)) == 0 ? 0u : 1u);
        (fromClient ? ref session.ClientSequence : ref session.ServerSequence) += advance;
        return length;
    }

    private struct Session
    {
        public int Number;
        public int Step;
        public uint ClientSequence;
        public uint ServerSequence;
    }
}
