using System.Buffers.Binary;
using System.Globalization;

namespace NetMonitor.Inspection.Remote;

/// <summary>VNC (RFC 6143 section 7): versions, security, the server's answer and the desktop. Challenge and response are passed over.</summary>
internal sealed class VncInspector : StreamInspector
{
    private const int VersionSize = 12;    // "RFB 003.008\n" (section 7.1.1)
    private const int MajorAt = 4;
    private const int MinorAt = 8;
    private const int DigitsOfVersion = 3;
    private const int ChallengeSize = 16;  // and of the response (section 7.2.2)
    private const byte NoSecurity = 1;
    private const byte VncSecurity = 2;
    private const int LongestText = 4096;  // bytes of a reason or name that are waited for

    // ServerInit (section 7.3.2): width, height (16 each), pixel format (16 bytes), name length (32), name
    private const int HeightAt = 2;
    private const int NameLengthAt = 20;
    private const int NameAt = NameLengthAt + sizeof(uint);

    private enum Expect : byte
    {
        Version,
        Security,
        Challenge,
        Result,
        Init,
        Nothing,
    }

    private Side? _server;
    private Expect _serverExpects;
    private Expect _clientExpects;
    private int _serverMinor;
    private int _minor;              // in use: 3, 7 or 8; 0 before the client answered
    private byte _security;          // in use; 0 before it was chosen
    private string? _serverVersion;
    private string? _clientVersion;
    private List<string> _offered = [];
    private bool? _authenticated;
    private string? _desktopName;
    private (int Width, int Height)? _size;

    /// <inheritdoc/>
    public override string Application => "VNC";

    /// <summary>The version each side opens with.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> pattern = "RFB ddd.ddd\n"u8;
        for (int i = 0; i < Math.Min(bytes.Length, VersionSize); i++)
        {
            if (pattern[i] == 'd' ? !char.IsAsciiDigit((char)bytes[i]) : bytes[i] != pattern[i])
            {
                return Match.No;
            }
        }

        return bytes.Length < VersionSize ? Match.NeedMore : Match.Yes;
    }

    /// <inheritdoc/>
    public override Progress Inspect(Side from, ReadOnlySpan<byte> window, long timestamp)
    {
        // The server speaks first (section 7.1.1).
        _server ??= from;
        bool isServer = from == _server;
        int consumed = 0;
        while (consumed < window.Length && _serverExpects != Expect.Nothing)
        {
            int used = isServer ? ReadServer(window[consumed..]) : ReadClient(window[consumed..]);
            if (used == 0)
            {
                break;
            }

            consumed += used;
        }

        return new Progress(Math.Min(consumed, window.Length), _serverExpects == Expect.Nothing ? Outcome.Finished : Outcome.More);
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new VncDetails
    {
        ServerVersion = _serverVersion,
        ClientVersion = _clientVersion,
        SecurityOffered = _offered,
        Security = _security == 0 ? null : NameOf(_security),
        Authenticated = _authenticated,
        DesktopName = _desktopName,
        Width = _size?.Width,
        Height = _size?.Height,
    };

    /// <returns>Bytes used; 0 when more is needed, of this side or of the other.</returns>
    private int ReadClient(ReadOnlySpan<byte> bytes)
    {
        switch (_clientExpects)
        {
            case Expect.Version:
                if (!TryReadVersion(bytes, out _clientVersion, out int minor))
                {
                    return bytes.Length < VersionSize ? 0 : Stop();
                }

                // Versions between are to be treated as 3.3 (section 7.1.1); Apple's 3.889 is 3.8.
                minor = Math.Min(minor, _serverMinor == 0 ? minor : _serverMinor);
                _minor = minor >= 8 ? 8 : minor == 7 ? 7 : 3;
                _clientExpects = _minor == 3 ? Expect.Challenge : Expect.Security;
                Changed();
                return VersionSize;

            case Expect.Security:
                if (_serverExpects < Expect.Challenge)
                {
                    return 0; // What it chooses from was not read yet.
                }

                Choose(bytes[0]);
                _clientExpects = Expect.Challenge;
                return 1;

            default:
                return bytes.Length; // The response and ClientInit.
        }
    }

    private int ReadServer(ReadOnlySpan<byte> bytes)
    {
        switch (_serverExpects)
        {
            case Expect.Version:
                if (!TryReadVersion(bytes, out _serverVersion, out _serverMinor))
                {
                    return bytes.Length < VersionSize ? 0 : Stop();
                }

                _serverExpects = Expect.Security;
                Changed();
                return VersionSize;

            case Expect.Security:
                return _minor == 0 ? 0 : _minor == 3 ? ReadSecurityType(bytes) : ReadSecurityTypes(bytes);

            case Expect.Challenge:
                if (_security == 0 || bytes.Length < Needed)
                {
                    return 0;
                }

                int size = Needed;
                _serverExpects = _security == VncSecurity || _minor == 8 ? Expect.Result : Expect.Init;
                return size == 0 ? ReadServer(bytes) : size;

            case Expect.Result:
                return ReadResult(bytes);

            default:
                return ReadInit(bytes);
        }
    }

    /// <summary>Bytes of the challenge.</summary>
    private int Needed => _security == VncSecurity ? ChallengeSize : 0;

    /// <summary>The server decides (section 7.1.2 as it was in 3.3).</summary>
    private int ReadSecurityType(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(uint))
        {
            return 0;
        }

        uint type = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (type is 0 or > byte.MaxValue)
        {
            _authenticated = type == 0 ? false : null;
            Changed();
            return Stop();
        }

        _offered = [NameOf((byte)type)];
        Choose((byte)type);
        return sizeof(uint);
    }

    private int ReadSecurityTypes(ReadOnlySpan<byte> bytes)
    {
        int count = bytes[0];
        if (bytes.Length < 1 + count)
        {
            return 0;
        }

        if (count == 0)
        {
            _authenticated = false; // A reason follows.
            Changed();
            return Stop();
        }

        _offered = [.. bytes.Slice(1, count).ToArray().Select(NameOf)];
        _serverExpects = Expect.Challenge;
        Changed();
        return 1 + count;
    }

    private void Choose(byte type)
    {
        _security = type;
        _serverExpects = type is NoSecurity or VncSecurity ? Expect.Challenge : Expect.Nothing; // Others encrypt, or are not documented.
        Changed();
    }

    private int ReadResult(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(uint))
        {
            return 0;
        }

        _authenticated = BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0;
        _serverExpects = Expect.Init;
        Changed();
        return _authenticated.Value ? sizeof(uint) : Stop();
    }

    private int ReadInit(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NameAt)
        {
            return 0;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[NameLengthAt..]);
        if (length <= LongestText && bytes.Length < NameAt + length)
        {
            return 0;
        }

        _size = (BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[HeightAt..]));
        _desktopName = length <= LongestText ? WireText.Clean(bytes.Slice(NameAt, (int)length)) : null;
        _authenticated ??= true;
        Changed();
        return Stop();
    }

    private int Stop()
    {
        _serverExpects = Expect.Nothing;
        return 1;
    }

    private static bool TryReadVersion(ReadOnlySpan<byte> bytes, out string? version, out int minor)
    {
        version = null;
        minor = 0;
        if (Probe(default, Side.Originator, bytes) != Match.Yes)
        {
            return false;
        }

        int major = int.Parse(bytes.Slice(MajorAt, DigitsOfVersion), NumberStyles.None, CultureInfo.InvariantCulture);
        minor = int.Parse(bytes.Slice(MinorAt, DigitsOfVersion), NumberStyles.None, CultureInfo.InvariantCulture);
        version = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
        minor = major > 3 ? 8 : minor; // RealVNC's 4 and 5 speak 3.8 besides their own.
        return true;
    }

    /// <summary>IANA registry "Remote Framebuffer Security Types".</summary>
    private static string NameOf(byte type) => type switch
    {
        NoSecurity => "None",
        VncSecurity => "VNC",
        5 => "RA2",
        6 => "RA2ne",
        16 => "Tight",
        17 => "Ultra",
        18 => "TLS",
        19 => "VeNCrypt",
        20 => "SASL",
        21 => "MD5",
        22 => "xvp",
        30 => "ARD",
        _ => type.ToString(CultureInfo.InvariantCulture),
    };
}
