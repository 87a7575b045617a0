using System.Buffers.Text;

namespace NetMonitor.Inspection;

/// <summary>git:// (gitprotocol-pack, "Git Transport"): the client's only request is a pkt-line, its length in four hexadecimal digits, the
/// service, the path, a zero, the host.</summary>
internal sealed class Git : StreamInspector
{
    private const int LengthSize = 4;      // digits; the length counts them too
    private const int Longest = 0x1000;    // a request has a path and a host
    private GitDetails? _details;

    /// <inheritdoc/>
    public override string Application => "Git";

    private static ReadOnlySpan<byte> Service => "git-"u8;

    private static ReadOnlySpan<byte> HostField => "host="u8;

    /// <summary>Four digits and the name of a service.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        foreach (byte digit in bytes[..Math.Min(bytes.Length, LengthSize)])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return Match.No;
            }
        }

        if (bytes.Length <= LengthSize)
        {
            return Match.NeedMore;
        }

        Match service = Prefix.Of(bytes[LengthSize..], Service);
        if (service != Match.Yes)
        {
            return service;
        }

        if (!TryReadLength(bytes, out int length))
        {
            return Match.No;
        }

        return bytes.Length < length ? Match.NeedMore : Parse(bytes[LengthSize..length]) is null ? Match.No : Match.Yes;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        if (Probe(default, from, window) != Match.Yes || !TryReadLength(window, out int length))
        {
            return new Progress(0, Outcome.More); // The server's side; the request is what is wanted.
        }

        _details = Parse(window[LengthSize..length]);
        Changed();
        return new Progress(length, Outcome.Finished);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails? BuildDetails() => _details;

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length) =>
        Utf8Parser.TryParse(bytes[..LengthSize], out length, out int used, 'x') && used == LengthSize
        && length is > LengthSize + 4 and <= Longest;

    private static GitDetails? Parse(ReadOnlySpan<byte> request)
    {
        int space = request.IndexOf((byte)' ');
        int end = request.IndexOf((byte)0);
        if (space < 0 || end < space || !(request[..space].SequenceEqual("git-upload-pack"u8) || request[..space].SequenceEqual("git-receive-pack"u8)
            || request[..space].SequenceEqual("git-upload-archive"u8)))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = request[(end + 1)..];
        int zero = rest.IndexOf((byte)0);
        ReadOnlySpan<byte> host = rest.StartsWith(HostField) && zero > 0 ? rest[HostField.Length..zero] : default;
        return new GitDetails
        {
            Service = WireText.Clean(request[..space]),
            Path = WireText.Clean(request[(space + 1)..end], InspectionLimits.PathCharacters),
            Host = host.IsEmpty ? null : WireText.Clean(host),
        };
    }
}
