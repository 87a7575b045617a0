using NetMonitor.Inspection;
using NetMonitor.Tests.Inspection.Tls;

namespace NetMonitor.Tests.Inspection.Data;

/// <summary>What holds for every protocol of the family.</summary>
public sealed class DataProtocolTests
{
    private const ushort ForeignPort = 31_337;

    public static TheoryData<int> Conversations => [.. Enumerable.Range(0, DataBytes.All.Count)];

    [Theory]
    [MemberData(nameof(Conversations))]
    public void It_is_found_on_any_port_from_either_side(int index)
    {
        Golden golden = DataBytes.All[index];
        FlowInspection both = golden.Play(ForeignPort).Flow;
        Assert.Equal((golden.Name, Confidence.Decoded), (both.Application, both.Confidence));
        Assert.Equal(golden.Name, golden.Play(ForeignPort, only: true).Flow.Application);
        Assert.Equal(golden.ServerAlone ? golden.Name : null, golden.Play(ForeignPort, only: false).Flow.Application);
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Any_split_says_the_same(int index)
    {
        Golden golden = DataBytes.All[index];
        foreach (ushort port in (ushort[])[golden.Port, ForeignPort])
        {
            FlowInspection whole = golden.Play(port).Flow;
            foreach (int piece in (int[])[1, 2, 3, 7, 23])
            {
                FlowInspection cut = golden.Play(port, piece).Flow;
                Assert.Equal(Conversation.Tell(whole), Conversation.Tell(cut));
                Assert.Equal(whole.IsFinished, cut.IsFinished);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Damage_is_survived_and_bounded(int index)
    {
        Golden golden = DataBytes.All[index];
        Random random = new(index);
        for (int turn = 0; turn < golden.Turns.Count; turn++)
        {
            for (int at = 0; at < golden.Turns[turn].Bytes.Length; at++)
            {
                byte[] damaged = [.. golden.Turns[turn].Bytes];
                damaged[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
                damaged = random.Next(4) == 0 ? damaged[..at] : damaged;
                Golden other = golden with { Turns = [.. golden.Turns.Select((t, i) => i == turn ? (t.Client, damaged) : t)] };
                Conversation conversation = other.Play(golden.Port);
                Assert.InRange(conversation.Flow.Buffered, 0, 2 * InspectionLimits.StreamWindow);
                Assert.NotEmpty(Conversation.Tell(conversation.Flow));
                Assert.Equal(0, conversation.Close().Flow.Buffered);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Secrets_are_never_kept(int index)
    {
        Golden golden = DataBytes.All[index];
        Assert.DoesNotContain(Golden.Secret, Conversation.Tell(golden.Play(golden.Port).Flow), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public void No_other_row_takes_it_and_it_takes_no_other(int index)
    {
        Golden golden = DataBytes.All[index];
        ProtocolRow own = ProtocolTable.Rows.Single(row => row.Name == golden.Name);
        FlowContext context = new(TransportProtocol.TCP, 50_000, ForeignPort);
        foreach ((bool client, byte[] bytes) in golden.Turns.DistinctBy(turn => turn.Client))
        {
            Side side = client ? Side.Originator : Side.Responder;
            foreach (ProtocolRow row in ProtocolTable.Rows.Where(row => row.StreamProbe is not null && row != own))
            {
                Assert.True(row.StreamProbe!(context, side, bytes) != Match.Yes, $"{row.Name} takes {golden.Name}");
            }

            // An answer holds for more bytes too.
            Match before = Match.NeedMore;
            for (int length = 1; length <= bytes.Length; length++)
            {
                Match now = own.StreamProbe!(context, side, bytes.AsSpan(0, length));
                Assert.True(before == Match.NeedMore || now == before, $"{golden.Name} changes its mind at {length}");
                before = now;
            }
        }

        foreach (byte[] bytes in Foreign)
        {
            Assert.True(own.StreamProbe!(context, Side.Originator, bytes) == Match.No, $"{golden.Name} takes {BitConverter.ToString(bytes)}");
        }
    }

    private static IEnumerable<byte[]> Foreign =>
    [
        TlsBytes.Record(22, TlsBytes.ClientHello(TlsBytes.Sni("www.example.com"))),
        DataBytes.Latin("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        DataBytes.Latin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        DataBytes.Latin("SSH-2.0-OpenSSH_9.2\r\n"),
        DataBytes.Latin("220 mail.example.com ESMTP\r\n"),
        DataBytes.Latin("+OK POP3 ready\r\n"),
        DataBytes.Latin("-ERR no such mailbox\r\n"),
        DataBytes.Latin("* OK IMAP4rev1 ready\r\n"),
        DataBytes.Latin("PING :irc.example.com\r\n"),
        DataBytes.Latin("CONNECT www.example.com:443 HTTP/1.1\r\n\r\n"),
        DataBytes.Latin("INVITE sip:a@b SIP/2.0\r\nVia: x\r\n\r\n"),
        DataBytes.Latin("get some gopher menu with words\tx"),
        [3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0],                      // RDP: TPKT and X.224
        [0, 0, 0, 0x45, 0xFF, (byte)'S', (byte)'M', (byte)'B', 0x72, 0, 0, 0, 0, 0x18, 1, 0x28, 0, 0, 0, 0], // SMB
        [0x80, 0, 0, 0x28, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xA0, 0, 0, 0, 2, 0, 0, 0, 4], // ONC RPC
        [0x30, 0x0C, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0, 0, 0, 0, 0, 0, 0],             // LDAP bind
        [0x13, .. "BitTorrent protocol"u8, 0, 0, 0, 0, 0, 0x10, 0, 5],
        [.. Enumerable.Repeat((byte)0xFF, 16), 0, 29, 1, 4, 0, 1, 0, 180, 10, 0, 0, 1, 0],    // BGP OPEN
        [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0],                        // Modbus
        new byte[64],
    ];
}
