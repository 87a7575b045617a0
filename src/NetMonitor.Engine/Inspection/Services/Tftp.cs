using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Inspection.Services;

/// <summary>TFTP (RFC 1350, options RFC 2347): requests, and answers with options. The data that follow go between ports chosen anew, where
/// four bytes of header and the size of a first block are all there is to tell them by.</summary>
internal sealed class Tftp : Messages
{
    private const int OperationAt = 0;
    private const int TextAt = 2;
    private const ushort ReadRequest = 1;
    private const ushort WriteRequest = 2;
    private const ushort Data = 3;
    private const ushort OptionAcknowledgment = 6;
    private const int MostNameBytes = 512;
    private const int HeaderSize = 4;     // of data: operation, number of the block
    private const ushort Port = 69;

    private ushort _operation;
    private string? _file;
    private string? _mode;

    /// <inheritdoc/>
    public override string Application => "TFTP";

    /// <inheritdoc/>
    public override Confidence Confidence => _operation == Data ? Confidence.Heuristic : Confidence.Decoded;

    /// <summary>A file's name and a mode, options that are known, or a first block of a usual size.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out _, out _, out _) || IsFirstBlock(bytes) || context.Uses(Port) && IsBadRequest(bytes) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!TryParse(message, out ushort operation, out ReadOnlySpan<byte> file, out ReadOnlySpan<byte> mode))
        {
            if (_operation == 0 && (IsFirstBlock(message) || IsBadRequest(message)))
            {
                _operation = BinaryPrimitives.ReadUInt16BigEndian(message);
                return Reading.Finished;
            }

            bool follows = _operation != 0 && message.Length >= TextAt
                && BinaryPrimitives.ReadUInt16BigEndian(message) is >= Data and <= OptionAcknowledgment;
            return follows ? Reading.Finished : Reading.Reject;
        }

        bool learned = Set(ref _operation, operation);
        if (operation != OptionAcknowledgment)
        {
            learned |= WireText.Update(ref _file, file) | WireText.Update(ref _mode, mode);
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new TftpDetails
    {
        Operation = _operation switch { ReadRequest => "read", WriteRequest => "write", Data => "data", _ => "options" },
        FileName = _file,
        Mode = _mode?.ToLowerInvariant(),
    };

    /// <summary>Block 1 of 512 bytes, or of a size that fits a frame (RFC 2348).</summary>
    private static bool IsFirstBlock(ReadOnlySpan<byte> bytes) =>
        bytes.Length - HeaderSize is 512 or 1024 or 1408 or 1428 or 1432 or 1456 or 1468
        && BinaryPrimitives.ReadUInt32BigEndian(bytes) == (Data << 16 | 1);

    /// <summary>A request without a name or a mode.</summary>
    private static bool IsBadRequest(ReadOnlySpan<byte> bytes) => bytes.Length > HeaderSize && bytes[^1] == 0
        && BinaryPrimitives.ReadUInt16BigEndian(bytes) is ReadRequest or WriteRequest;

    private static bool TryParse(ReadOnlySpan<byte> bytes, out ushort operation, out ReadOnlySpan<byte> file, out ReadOnlySpan<byte> mode)
    {
        file = mode = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(bytes[OperationAt..], out operation))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[TextAt..];
        return operation switch
        {
            ReadRequest or WriteRequest => TryReadText(ref rest, out file) && file.Length is > 0 and <= MostNameBytes
                && !file.ContainsAnyInRange((byte)0, (byte)0x1F) && TryReadText(ref rest, out mode)
                && (Ascii.EqualsIgnoreCase(mode, "octet"u8) || Ascii.EqualsIgnoreCase(mode, "netascii"u8) || Ascii.EqualsIgnoreCase(mode, "mail"u8)),
            OptionAcknowledgment => TryReadText(ref rest, out ReadOnlySpan<byte> option) && IsOption(option)
                && TryReadText(ref rest, out ReadOnlySpan<byte> value) && !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'),
            _ => false,
        };
    }

    /// <summary>RFC 2348, RFC 2349, RFC 7440.</summary>
    private static bool IsOption(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "blksize"u8)
        || Ascii.EqualsIgnoreCase(name, "tsize"u8) || Ascii.EqualsIgnoreCase(name, "timeout"u8) || Ascii.EqualsIgnoreCase(name, "windowsize"u8);

    private static bool TryReadText(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        int end = rest.IndexOf((byte)0);
        text = end < 0 ? default : rest[..end];
        rest = end < 0 ? rest : rest[(end + 1)..];
        return end >= 0;
    }
}
