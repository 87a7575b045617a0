using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Inspection.Services;

/// <summary>TFTP (RFC 1350, options RFC 2347): requests, and answers with options. The data that follow go between ports chosen anew, where
/// nothing in their four bytes of header tells what they are.</summary>
internal sealed class Tftp : Messages
{
    private const int OperationAt = 0;
    private const int TextAt = 2;
    private const ushort ReadRequest = 1;
    private const ushort WriteRequest = 2;
    private const ushort Data = 3;
    private const ushort OptionAcknowledgment = 6;
    private const int MostNameBytes = 512;

    private ushort _operation;
    private string? _file;
    private string? _mode;

    /// <inheritdoc/>
    public override string Application => "TFTP";

    /// <summary>A file's name and a mode, or options that are known.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out _, out _, out _) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!TryParse(message, out ushort operation, out ReadOnlySpan<byte> file, out ReadOnlySpan<byte> mode))
        {
            bool follows = _operation != 0 && message.Length >= TextAt && BinaryPrimitives.ReadUInt16BigEndian(message) is >= Data and <= OptionAcknowledgment;
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
        Operation = _operation switch { ReadRequest => "read", WriteRequest => "write", _ => "options" },
        FileName = _file,
        Mode = _mode?.ToLowerInvariant(),
    };

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
