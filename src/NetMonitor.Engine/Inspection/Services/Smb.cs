using System.Buffers.Binary;
using System.Text;

namespace NetMonitor.Inspection.Services;

/// <summary>SMB 1 (MS-CIFS), 2 and 3 (MS-SMB2) over TCP directly or in a NetBIOS session (RFC 1002 section 4.3): dialect, shares, signing and
/// encryption, and the names NTLM tells (MS-NLMP). Hashes and passwords are passed over.</summary>
internal sealed class Smb : Messages
{
    /// <summary>Bytes of a message that are read.</summary>
    public const int Head = 2 * 1024;

    private const int FrameSize = 4;                    // type or zero, length in 24 bits (MS-SMB2 section 2.1)
    private const byte SessionMessage = 0x00;           // RFC 1002 section 4.3.1
    private const byte SessionRequest = 0x81;
    private const byte PositiveResponse = 0x82;
    private const byte NegativeResponse = 0x83;
    private const byte Retarget = 0x84;
    private const byte KeepAlive = 0x85;
    private const int SessionRequestSize = 2 * NetBiosName.FieldSize;

    private const byte Smb1 = 0xFF;
    private const byte Smb2 = 0xFE;
    private const byte Smb2Transform = 0xFD;            // encrypted, MS-SMB2 section 2.2.41
    private const byte Smb2Compressed = 0xFC;           // MS-SMB2 section 2.2.42
    private const int SignatureSize = 4;

    private string? _dialect;
    private string? _called;
    private readonly List<string> _shares = [];
    private byte[] _lastShare = [];
    private bool _signing;
    private bool _encrypted;
    private NtlmNames _names;
    private bool _askedOldDialects;

    /// <inheritdoc/>
    public override string Application => "SMB";

    /// <summary>A session request, or a message with its signature.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Match.NeedMore;
        }

        if (bytes[0] == SessionRequest)
        {
            ReadOnlySpan<byte> start = [SessionRequest, 0, 0, SessionRequestSize, NetBiosName.EncodedSize];
            int length = Math.Min(start.Length, bytes.Length);
            return !bytes[..length].SequenceEqual(start[..length]) ? Match.No
                : bytes.Length <= FrameSize + NetBiosName.EncodedSize ? Match.NeedMore
                : NetBiosName.IsEncoded(bytes[FrameSize..]) ? Match.Yes : Match.No;
        }

        if (bytes[0] is PositiveResponse or NegativeResponse)
        {
            // Nothing but the port tells of four bytes. A positive response is empty, a negative one has an error code (RFC 1002 sections 4.3.3 and 4.3.4).
            const ushort SessionPort = 139;
            ReadOnlySpan<byte> start = [bytes[0], 0, 0, bytes[0] == NegativeResponse ? (byte)1 : (byte)0];
            int length = Math.Min(start.Length, bytes.Length);
            return !context.Uses(SessionPort) || !bytes[..length].SequenceEqual(start[..length]) ? Match.No
                : length < start.Length ? Match.NeedMore : Match.Yes;
        }

        if (bytes[0] != SessionMessage)
        {
            return Match.No;
        }

        return bytes.Length < FrameSize ? Match.NeedMore : RecognizeMessage(bytes[FrameSize..]);
    }

    /// <summary>Sessions and messages alike.</summary>
    public static Match Frame(ReadOnlySpan<byte> window, out int skip, out long length)
    {
        // The frame is read with its message: its type counts.
        skip = 0;
        length = FrameSize;
        if (window.Length < FrameSize)
        {
            return Match.NeedMore;
        }

        length += BinaryPrimitives.ReadUInt32BigEndian(window) & 0xFFFFFF;
        return window[0] is SessionMessage or SessionRequest or PositiveResponse or NegativeResponse or Retarget or KeepAlive ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (message.Length < FrameSize)
        {
            return Reading.Reject;
        }

        ReadOnlySpan<byte> body = message[FrameSize..];
        switch (message[0])
        {
            case SessionRequest when NetBiosName.IsEncoded(body):
                Span<byte> name = stackalloc byte[NetBiosName.Size];
                NetBiosName.Decode(body, name);
                return Set(ref _called, NetBiosName.Format(name)) ? Reading.Learned : Reading.Nothing;
            case SessionMessage when RecognizeMessage(body) == Match.Yes:
                bool learned = body[0] switch
                {
                    Smb1 => ReadSmb1(body),
                    Smb2 => ReadSmb2(body),
                    Smb2Transform => Set(ref _encrypted, true),
                    _ => false,
                };
                return learned ? Reading.Learned : Reading.Nothing;
            case SessionMessage when !body.IsEmpty:
                return Reading.Reject;
            default:
                return Reading.Nothing;
        }
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new SmbDetails
    {
        Dialect = _dialect,
        Shares = [.. _shares],
        Signing = _signing,
        Encrypted = _encrypted,
        CalledName = _called,
        User = _names.User,
        Domain = _names.Domain,
        Workstation = _names.Workstation,
        ServerComputer = _names.Server,
    };

    private static Match RecognizeMessage(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> letters = "SMB"u8;
        if (bytes.IsEmpty)
        {
            return Match.NeedMore;
        }

        int length = Math.Min(bytes.Length, SignatureSize) - 1;
        return bytes[0] is < Smb2Compressed || !bytes.Slice(1, length).SequenceEqual(letters[..length]) ? Match.No
            : length == letters.Length ? Match.Yes : Match.NeedMore;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, int at) =>
        at >= 0 && BinaryPrimitives.TryReadUInt16LittleEndian(bytes[Math.Min(at, bytes.Length)..], out ushort value) ? value : (ushort)0;

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, int at, int length) =>
        at >= 0 && length >= 0 && at <= bytes.Length && length <= bytes.Length - at ? bytes.Slice(at, length) : default;

    /// <summary>SMB_Header (MS-CIFS section 2.2.3.1): 32 bytes, then a count of words, the words, a count of bytes, the bytes.</summary>
    private bool ReadSmb1(ReadOnlySpan<byte> message)
    {
        const int CommandAt = 4;
        const int FlagsAt = 9;
        const int Flags2At = 10;
        const int WordCountAt = 32;
        const byte Reply = 0x80;
        const int SigningUsed = 0x0004;
        const int UnicodeUsed = 0x8000;
        const byte Negotiate = 0x72;
        const byte SessionSetup = 0x73;
        const byte TreeConnect = 0x75;
        if (message.Length <= WordCountAt)
        {
            return false;
        }

        bool reply = (message[FlagsAt] & Reply) != 0;
        int flags2 = Read16(message, Flags2At);
        int words = 2 * message[WordCountAt];
        ReadOnlySpan<byte> parameters = Slice(message, WordCountAt + 1, words);
        int dataAt = WordCountAt + 1 + words + sizeof(ushort);
        bool learned = (flags2 & SigningUsed) != 0 && message[CommandAt] is not Negotiate && Set(ref _signing, true);
        switch (message[CommandAt])
        {
            case Negotiate when !reply:
                // Dialects are offered as texts; "NT LM 0.12" is the one that everybody took.
                _askedOldDialects |= message.IndexOf("NT LM 0.12"u8) < 0;
                return learned;
            case Negotiate when !parameters.IsEmpty:
                const byte RequiresSigning = 0x08; // SecurityMode (MS-CIFS section 2.2.4.52.2)
                const int SecurityModeAt = 2;
                learned |= parameters.Length > SecurityModeAt && (parameters[SecurityModeAt] & RequiresSigning) != 0 && Set(ref _signing, true);
                return learned | Set(ref _dialect, _askedOldDialects ? "1" : "NT LM 0.12");
            case SessionSetup:
                return learned | _names.Read(message);
            case TreeConnect when !reply && parameters.Length >= 8:
                // AndX command, reserved, offset, flags, length of a password, which is passed over (MS-CIFS section 2.2.4.55.1).
                const int PasswordLengthAt = 6;
                int pathAt = dataAt + Read16(parameters, PasswordLengthAt);
                bool unicode = (flags2 & UnicodeUsed) != 0;
                pathAt += unicode ? pathAt % 2 : 0; // aligned within the message
                ReadOnlySpan<byte> path = message[Math.Min(pathAt, message.Length)..];
                return learned | AddShare(unicode ? UntilZero16(path) : path[..Math.Max(path.IndexOf((byte)0), 0)], unicode);
            default:
                return learned;
        }
    }

    private static ReadOnlySpan<byte> UntilZero16(ReadOnlySpan<byte> bytes)
    {
        int end = 0;
        while (end + 1 < bytes.Length && (bytes[end] | bytes[end + 1]) != 0)
        {
            end += 2;
        }

        return bytes[..end];
    }

    /// <summary>Requests may be chained (MS-SMB2 section 3.2.4.1.4).</summary>
    private bool ReadSmb2(ReadOnlySpan<byte> message)
    {
        const int NextAt = 20;
        const int MostChained = 8;
        bool learned = false;
        for (int i = 0; i < MostChained && message.Length >= Smb2HeaderSize; i++)
        {
            learned |= ReadSmb2Single(message);
            int next = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(message[NextAt..]), int.MaxValue);
            if (next < Smb2HeaderSize || next >= message.Length)
            {
                break;
            }

            message = message[next..];
        }

        return learned;
    }

    private const int Smb2HeaderSize = 64; // bytes, MS-SMB2 section 2.2.1

    private bool ReadSmb2Single(ReadOnlySpan<byte> message)
    {
        const int CommandAt = 12;
        const int FlagsAt = 16;
        const int Response = 0x01;
        const int Signed = 0x08;
        const int Negotiate = 0;
        const int SessionSetup = 1;
        const int TreeConnect = 3;
        int flags = Read16(message, FlagsAt);
        bool response = (flags & Response) != 0;
        bool learned = (flags & Signed) != 0 && Set(ref _signing, true);
        ReadOnlySpan<byte> body = message[Smb2HeaderSize..];
        switch (Read16(message, CommandAt))
        {
            case Negotiate when response && Read16(body, 0) == 65:
                // NEGOTIATE Response (MS-SMB2 section 2.2.4); its structure size is 65.
                const int SecurityModeAt = 2;
                const int DialectAt = 4;
                const int SigningRequired = 0x02;
                learned |= (Read16(body, SecurityModeAt) & SigningRequired) != 0 && Set(ref _signing, true);
                return learned | Set(ref _dialect, DialectOf(Read16(body, DialectAt)) ?? _dialect);
            case SessionSetup:
                return learned | _names.Read(message);
            case TreeConnect when !response:
                // TREE_CONNECT Request (MS-SMB2 section 2.2.9)
                const int PathOffsetAt = 4;
                const int PathLengthAt = 6;
                return learned | AddShare(Slice(message, Read16(body, PathOffsetAt), Read16(body, PathLengthAt)), unicode: true);
            default:
                return learned;
        }
    }

    private static string? DialectOf(int revision) => revision switch
    {
        0x0202 => "2.0.2",
        0x0210 => "2.1",
        0x02FF => "2", // to be negotiated again (MS-SMB2 section 2.2.4)
        0x0300 => "3.0",
        0x0302 => "3.0.2",
        0x0311 => "3.1.1",
        _ => null,
    };

    private bool AddShare(ReadOnlySpan<byte> path, bool unicode)
    {
        if (path.IsEmpty || path.SequenceEqual(_lastShare) || _shares.Count >= InspectionLimits.SmbShares)
        {
            return false;
        }

        _lastShare = path.ToArray();
        string share = unicode ? NtlmNames.Text(path) : WireText.Clean(path);
        if (_shares.Contains(share, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        _shares.Add(share);
        return true;
    }
}

/// <summary>The names in NTLM messages (MS-NLMP section 2.2.1): of the server from its challenge, of user, domain and workstation from the
/// answer. Found by their signature, inside SPNEGO or not.</summary>
internal struct NtlmNames
{
    private const int TypeAt = 8;
    private const uint Challenge = 2;
    private const uint Authenticate = 3;
    private const int TargetInfoAt = 40;    // of a challenge: length, room, offset
    private const int DomainAt = 28;        // of an answer, likewise
    private const int UserAt = 36;
    private const int WorkstationAt = 44;
    private const int AnswerFlagsAt = 60;
    private const uint UnicodeUsed = 1;
    private const ushort DnsComputerName = 3; // AV_PAIR ids, MS-NLMP section 2.2.2.1
    private const ushort ComputerName = 1;

    public string? User { get; private set; }

    public string? Domain { get; private set; }

    public string? Workstation { get; private set; }

    public string? Server { get; private set; }

    /// <summary>UTF-16 as Windows sends it.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length & ~1, 2 * InspectionLimits.TextCharacters)];
        return WireText.Clean(Encoding.Unicode.GetString(bytes));
    }

    /// <summary>Looks for a message and reads its names.</summary>
    /// <returns>True when one was new.</returns>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.IndexOf("NTLMSSP\0"u8);
        if (at < 0 || bytes.Length - at < AnswerFlagsAt + sizeof(uint) - sizeof(ulong))
        {
            return false;
        }

        ReadOnlySpan<byte> message = bytes[at..];
        return BinaryPrimitives.ReadUInt32LittleEndian(message[TypeAt..]) switch
        {
            Challenge => Server is null && ReadChallenge(message),
            Authenticate => User is null && ReadAnswer(message),
            _ => false,
        };
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int at)
    {
        const int OffsetAt = 4;
        if (message.Length < at + OffsetAt + sizeof(uint))
        {
            return default;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(message[(at + OffsetAt)..]);
        return offset <= message.Length && length <= message.Length - offset ? message.Slice((int)offset, length) : default;
    }

    private bool ReadChallenge(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> pairs = Field(message, TargetInfoAt);
        while (pairs.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(pairs);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(pairs[2..]);
            if (length > pairs.Length - 4)
            {
                break;
            }

            if (id == DnsComputerName || id == ComputerName && Server is null)
            {
                Server = Text(pairs.Slice(4, length));
            }

            pairs = pairs[(4 + length)..];
        }

        return Server is not null;
    }

    private bool ReadAnswer(ReadOnlySpan<byte> message)
    {
        bool unicode = message.Length < AnswerFlagsAt + sizeof(uint)
            || (BinaryPrimitives.ReadUInt32LittleEndian(message[AnswerFlagsAt..]) & UnicodeUsed) != 0;
        User = Name(Field(message, UserAt), unicode);
        Domain = Name(Field(message, DomainAt), unicode);
        Workstation = Name(Field(message, WorkstationAt), unicode);
        return (User ?? Domain ?? Workstation) is not null;
    }

    private static string? Name(ReadOnlySpan<byte> bytes, bool unicode) => bytes.IsEmpty ? null : unicode ? Text(bytes) : WireText.Clean(bytes);
}
