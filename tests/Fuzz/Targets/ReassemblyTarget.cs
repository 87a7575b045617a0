using System.Buffers.Binary;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Fuzz.Targets;

/// <summary>
/// Segments of one direction in any order, overlapping, with holes and wrapping numbers. Every byte tells its place in the stream, so what comes out can be
/// checked. Input: <c>start { flags sequence length lost }</c>.
/// </summary>
internal sealed class ReassemblyTarget : FuzzTarget
{
    private const int HeaderSize = 5;
    private const int RecordSize = 7;
    private readonly byte[] _payload = new byte[ushort.MaxValue];

    public override string Name => "reassembly";

    public override IEnumerable<byte[]> Seeds =>
    [
        [0xFF, 0xFF, 0xFF, 0x00, 1, 0x18, 0, 0, 1, 0, 0, 0x18, 1, 0, 1, 0, 0, 0x19, 2, 0, 0, 5, 0],
        [0, 0, 0, 7, 1, 0x18, 4, 0, 1, 0, 0, 0x18, 0, 0, 2, 0, 0, 0x18, 1, 0, 4, 0, 0],
        [0, 0, 0, 7, 3, 0x18, 0, 1, 0, 100, 0, 0x18, 0, 101, 0, 100, 50, 0x18, 0, 255, 8, 0, 0],
    ];

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderSize)
        {
            return;
        }

        StreamReassembler stream = new();
        uint start = BinaryPrimitives.ReadUInt32BigEndian(input);
        int consume = input[4];
        bool hasSyn = (consume & 1) != 0;
        if (hasSyn)
        {
            stream.Push(start, TcpFlags.Syn, default, 0);
        }

        long position = hasSyn ? 1 : -1; // where the window starts, as an offset from the start's sequence number; -1 before it is known
        for (input = input[HeaderSize..]; input.Length >= RecordSize; input = input[RecordSize..])
        {
            TcpFlags flags = (TcpFlags)input[0] & ~TcpFlags.Syn;
            ushort offset = BinaryPrimitives.ReadUInt16BigEndian(input[1..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(input[3..]) % 4096;
            for (int i = 0; i < length; i++)
            {
                _payload[i] = At(offset + i);
            }

            ReadOnlySpan<byte> window = stream.Push(start + offset, flags, _payload.AsSpan(0, length), length + input[5]);
            while (!window.IsEmpty)
            {
                position = position < 0 ? offset : position;
                Check(window, position);
                long consumed = consume < 2 ? 0 : Math.Min(consume * 8L, window.Length + (consume & 2));
                window = stream.Advance(window, consumed);
                position += consumed;
            }

            BrokenInvariantException.Unless(stream.Buffered <= InspectionLimits.StreamWindow + InspectionLimits.ReorderBytes, "buffers are bounded");
            if (stream.IsAtEnd)
            {
                break;
            }
        }

        stream.Release();
        BrokenInvariantException.Unless(stream.Buffered == 0, "what is released holds nothing");
    }

    private static byte At(long offset) => (byte)((offset * 7) ^ (offset >> 8));

    private static void Check(ReadOnlySpan<byte> window, long position)
    {
        for (int i = 0; i < window.Length; i++)
        {
            BrokenInvariantException.Unless(window[i] == At(position + i), "bytes come in order, each once");
        }
    }
}
