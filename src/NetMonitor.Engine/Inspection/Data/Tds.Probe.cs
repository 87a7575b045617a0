using System.Buffers.Binary;

namespace NetMonitor.Inspection.Data;

/// <content>Tells TDS by what a side says first.</content>
internal sealed partial class TdsInspector
{
    private const int WindowAt = 7;

    private static ReadOnlySpan<byte> TransactionHeaders => [22, 0, 0, 0, 18, 0, 0, 0, 2, 0];

    /// <summary>What opens a connection: PRELOGIN, its reply, LOGIN7, the login of TDS 4.2 and 5.0; joined later, a request with the headers that
    /// TDS 7.2 put before each.</summary>
    public static Match Probe(in FlowContext flow, Side from, ReadOnlySpan<byte> bytes)
    {
        const int LargestPreLogin = 4096;
        byte type = bytes[0];
        if (type is not (PreLogin or Reply or Login7 or OldLogin or Batch or Call or TransactionManager)
            || (bytes.Length > StatusAt && bytes[StatusAt] > EndOfMessage)
            || (bytes.Length > WindowAt && bytes[WindowAt] != 0))
        {
            return Match.No;
        }

        if (bytes.Length < HeaderSize + 1)
        {
            return Match.NeedMore;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        ReadOnlySpan<byte> body = bytes[HeaderSize..Math.Min(bytes.Length, Math.Max(length, HeaderSize))];
        if (type == Login7)
        {
            return ProbeLogin(body, length - HeaderSize, bytes[StatusAt] == EndOfMessage);
        }

        if (type == OldLogin)
        {
            return ProbeOldLogin(body, length - HeaderSize);
        }

        if (type is Batch or Call or TransactionManager)
        {
            // Total length, then one header: its length, its type (transaction descriptor), the descriptor, the number of requests (2.2.5.3).
            return length < HeaderSize + TransactionHeaders.Length ? Match.No : Begins(body, TransactionHeaders);
        }

        // The first option is the version, six bytes long, behind all options.
        if (bytes[StatusAt] != EndOfMessage || length is < HeaderSize + OptionSize + 1 + VersionSize or > LargestPreLogin
            || body[0] != VersionOption)
        {
            return Match.No;
        }

        if (body.Length < OptionSize)
        {
            return Match.NeedMore;
        }

        int offset = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        int size = BinaryPrimitives.ReadUInt16BigEndian(body[3..]);
        bool fits = size == VersionSize && offset > OptionSize && (offset - 1) % OptionSize == 0 && HeaderSize + offset + size <= length;
        return fits ? Match.Yes : Match.No;
    }

    private static Match ProbeLogin(ReadOnlySpan<byte> body, int size, bool whole)
    {
        const byte NewestMajor = 0x74;
        const byte OldestMajor = 0x70;
        if (size < LoginFixedSize - HeaderSize)
        {
            return Match.No;
        }

        if (body.Length < TdsVersionAt + sizeof(uint))
        {
            return Match.NeedMore;
        }

        // The length of the login, and its version, most significant byte last.
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(body);
        byte major = body[TdsVersionAt + 3];
        bool fits = (whole ? length == size : length > size) && major is >= OldestMajor and <= NewestMajor;
        return fits ? Match.Yes : Match.No;
    }

    /// <summary>Host name, user and password first, each padded with zeros.</summary>
    private static Match ProbeOldLogin(ReadOnlySpan<byte> body, int size)
    {
        const int Fields = 3;
        const int Step = OldFieldSize + 1;
        if (size < OldFieldSize * Fields)
        {
            return Match.No;
        }

        for (int at = 0; at < Fields * Step; at += Step)
        {
            ReadOnlySpan<byte> field = body[Math.Min(at, body.Length)..Math.Min(at + OldFieldSize, body.Length)];
            int zero = field.IndexOf((byte)0);
            ReadOnlySpan<byte> text = zero < 0 ? field : field[..zero];
            if (!IsPrintable(text) || (zero >= 0 && field[zero..].ContainsAnyExcept((byte)0)))
            {
                return Match.No;
            }

            if (body.Length <= at + OldFieldSize)
            {
                return Match.NeedMore;
            }

            if (body[at + OldFieldSize] != text.Length || (at == Step && text.IsEmpty))
            {
                return Match.No;
            }
        }

        return Match.Yes;
    }
}
