using System.Buffers.Binary;
using System.Net;

namespace NetMonitor.Inspection.Proxies;

/// <summary>The greeting of a SOCKS 5 client (RFC 1928 section 3).</summary>
/// <remarks>
/// <code>
/// uint8 version = 5; uint8 methods&lt;1..255&gt;
/// </code>
/// </remarks>
internal static class SocksGreeting
{
    public const byte Version = 5;
    public const byte UserPassword = 2;           // RFC 1929
    public const byte NoMethod = 0xFF;
    private const byte LastRegisteredMethod = 9;  // IANA registry "SOCKS Methods"
    private const byte FirstPrivateMethod = 0x80;
    private const int MostMethods = 16;           // there are ten, and private ones

    /// <summary>Yes, with its size, when the methods are whole, known and different.</summary>
    public static Match Read(ReadOnlySpan<byte> bytes, out int size)
    {
        const int MethodsAt = 2;
        size = 0;
        if (bytes.Length > 0 && bytes[0] != Version || bytes.Length > 1 && bytes[1] is 0 or > MostMethods)
        {
            return Match.No;
        }

        if (bytes.Length < MethodsAt)
        {
            return Match.NeedMore;
        }

        size = MethodsAt + bytes[1];
        ReadOnlySpan<byte> methods = bytes[MethodsAt..Math.Min(size, bytes.Length)];
        for (int i = 0; i < methods.Length; i++)
        {
            if (!IsMethod(methods[i]) || methods[..i].Contains(methods[i]))
            {
                return Match.No;
            }
        }

        return bytes.Length < size ? Match.NeedMore : Match.Yes;
    }

    /// <summary>True for a registered or private method.</summary>
    public static bool IsMethod(byte method) => method is <= LastRegisteredMethod or (>= FirstPrivateMethod and < NoMethod);
}

/// <summary>A request or a reply of SOCKS 5 (RFC 1928 sections 4 and 6). Valid once <see cref="Read"/> returned Yes.</summary>
/// <remarks>
/// <code>
/// uint8 version = 5; uint8 command or reply; uint8 reserved = 0; uint8 address_type; address; uint16 port
/// </code>
/// </remarks>
internal readonly ref struct SocksMessage
{
    private const int CodeAt = 1;
    private const int ReservedAt = 2;
    private const int TypeAt = 3;
    private const int AddressAt = 4;
    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;
    private const int IPv4Size = 4;   // bytes
    private const int IPv6Size = 16;

    private SocksMessage(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> address, int size)
    {
        Code = bytes[CodeAt];
        IsName = bytes[TypeAt] == Name;
        Address = address;
        Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[(size - sizeof(ushort))..]);
        Size = size;
    }

    /// <summary>The command, or the reply.</summary>
    public byte Code { get; }

    public ReadOnlySpan<byte> Address { get; }

    public bool IsName { get; }

    public ushort Port { get; }

    public int Size { get; }

    public string Host => IsName ? WireText.Clean(Address) : new IPAddress(Address).ToString();

    public static Match Read(ReadOnlySpan<byte> bytes, out SocksMessage message)
    {
        message = default;
        if (bytes.Length > 0 && bytes[0] != SocksGreeting.Version || bytes.Length > ReservedAt && bytes[ReservedAt] != 0
            || bytes.Length > TypeAt && bytes[TypeAt] is not (IPv4 or Name or IPv6))
        {
            return Match.No;
        }

        if (bytes.Length < AddressAt)
        {
            return Match.NeedMore;
        }

        WireReader reader = new(bytes[AddressAt..]);
        bool isThere = bytes[TypeAt] == Name ? reader.TryReadVector8(out var address)
            : reader.TryRead(bytes[TypeAt] == IPv4 ? IPv4Size : IPv6Size, out address);
        if (!isThere || !reader.TryReadUInt16(out _))
        {
            return Match.NeedMore;
        }

        message = new SocksMessage(bytes, address, bytes.Length - reader.Rest.Length);
        return Match.Yes;
    }
}

/// <summary>A request of SOCKS 4 or 4a (the memos of Y. Lee and D. Koblas). Valid once <see cref="Read"/> returned Yes.</summary>
/// <remarks>
/// <code>
/// uint8 version = 4; uint8 command; uint16 port; uint32 address; user; uint8 0; and after address 0.0.0.x (4a): host; uint8 0
/// </code>
/// </remarks>
internal readonly ref struct SocksRequest4
{
    public const byte Version = 4;
    private const int CommandAt = 1;
    private const int PortAt = 2;
    private const int AddressAt = 4;
    private const int UserAt = 8;
    private const int LongestText = 255; // bytes, by custom
    private const uint LastOfThisNetwork = 0x00FF_FFFF;

    private SocksRequest4(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> user, ReadOnlySpan<byte> name)
    {
        Command = (SocksCommand)bytes[CommandAt];
        Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortAt..]);
        Address = bytes[AddressAt..UserAt];
        User = user;
        Name = name;
        Size = UserAt + user.Length + 1 + (name.IsEmpty ? 0 : name.Length + 1);
    }

    public SocksCommand Command { get; }

    public ushort Port { get; }

    public ReadOnlySpan<byte> Address { get; }

    public ReadOnlySpan<byte> User { get; }

    /// <summary>The host's name; empty when an address was sent.</summary>
    public ReadOnlySpan<byte> Name { get; }

    public int Size { get; }

    public string Host => Name.IsEmpty ? new IPAddress(Address).ToString() : WireText.Clean(Name);

    public static Match Read(ReadOnlySpan<byte> bytes, out SocksRequest4 request)
    {
        request = default;
        if (bytes.Length > 0 && bytes[0] != Version
            || bytes.Length > CommandAt && bytes[CommandAt] is not ((byte)SocksCommand.Connect or (byte)SocksCommand.Bind)
            || bytes.Length >= AddressAt && BinaryPrimitives.ReadUInt16BigEndian(bytes[PortAt..]) == 0)
        {
            return Match.No;
        }

        if (bytes.Length < UserAt)
        {
            return Match.NeedMore;
        }

        uint address = BinaryPrimitives.ReadUInt32BigEndian(bytes[AddressAt..]);
        ReadOnlySpan<byte> name = default;
        if (address is 0 or (> byte.MaxValue and <= LastOfThisNetwork))
        {
            return Match.No; // No target is in 0.0.0.0/8 (RFC 6890); 0.0.0.x announces a name.
        }

        Match match = ReadText(bytes[UserAt..], out var user);
        if (match == Match.Yes && address <= byte.MaxValue)
        {
            match = ReadText(bytes[(UserAt + user.Length + 1)..], out name);
            match = match == Match.Yes && name.IsEmpty ? Match.No : match;
        }

        if (match == Match.Yes)
        {
            request = new SocksRequest4(bytes, user, name);
        }

        return match;
    }

    /// <summary>Printable ASCII up to a zero.</summary>
    private static Match ReadText(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text)
    {
        int length = bytes.IndexOf((byte)0);
        text = length < 0 ? bytes : bytes[..length];
        return text.Length > LongestText || text.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Match.No : length < 0 ? Match.NeedMore : Match.Yes;
    }
}
