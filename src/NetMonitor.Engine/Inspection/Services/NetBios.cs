using System.Buffers.Binary;

namespace NetMonitor.Inspection.Services;

/// <summary>NetBIOS names on the wire (RFC 1001 section 14.1): 16 bytes, each as two letters from A to P, the last one telling what bears
/// the name.</summary>
internal static class NetBiosName
{
    public const int EncodedSize = 32;  // letters
    public const int FieldSize = EncodedSize + 2; // length before it, end of the name behind it
    public const int Size = 16;         // bytes
    private const byte FirstLetter = (byte)'A';
    private const byte LastLetter = (byte)'P';
    private const int BitsPerLetter = 4;

    /// <summary>True when an encoded name with its length begins here.</summary>
    public static bool IsEncoded(ReadOnlySpan<byte> bytes) => bytes.Length > EncodedSize && bytes[0] == EncodedSize
        && !bytes.Slice(1, EncodedSize).ContainsAnyExceptInRange(FirstLetter, LastLetter);

    /// <summary>Decodes the name at the front of <paramref name="bytes"/>, for which <see cref="IsEncoded"/> is true.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, Span<byte> name)
    {
        for (int i = 0; i < Size; i++)
        {
            name[i] = (byte)(((bytes[1 + (2 * i)] - FirstLetter) << BitsPerLetter) | (bytes[2 + (2 * i)] - FirstLetter));
        }
    }

    /// <summary>"WORKGROUP&lt;1d&gt;", as people know it from nbtstat.</summary>
    public static string Format(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> text = name[..(Size - 1)].TrimEnd(" \0"u8);
        return $"{WireText.Clean(text)}<{name[Size - 1]:x2}>";
    }
}

/// <summary>NetBIOS name service (RFC 1002 section 4.2): DNS's format with names and operations of its own.</summary>
internal sealed class NetBiosNames : Messages
{
    private const int IdAt = 0;
    private const int FlagsAt = 2;
    private const int QuestionCountAt = 4;
    private const int AnswerCountAt = 6;
    private const int HeaderSize = 12;       // bytes
    private const ushort ResponseFlag = 0x8000;
    private const int OperationShift = 11;
    private const int OperationMask = 0xF;
    private const int CodeMask = 0xF;
    private const ushort TypeName = 0x20;    // NB
    private const ushort TypeStatus = 0x21;  // NBSTAT
    private const int TypeAt = HeaderSize + NetBiosName.FieldSize;
    private const int DataAt = TypeAt + 10;  // type, class, TTL, length
    private const int MostRecords = 64;

    private readonly byte[] _nameBytes = new byte[NetBiosName.Size];
    private string? _name;
    private ConnectionState? _state;
    private int _operation = -1;
    private int? _code;
    private ushort _askedId;
    private long _askedAt = -1;
    private long? _responseTime; // nanoseconds
    private List<string> _owned = [];

    /// <inheritdoc/>
    public override string Application => "NetBIOS-NS";

    /// <inheritdoc/>
    public override ConnectionState? State => _state;

    /// <summary>An encoded name and its type behind a header that fits.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => IsMessage(bytes) ? Match.Yes : Match.No;

    /// <summary>True for a message that DNS should leave alone, though it has the same format.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < TypeAt + sizeof(ushort) || !NetBiosName.IsEncoded(bytes[HeaderSize..]))
        {
            return false;
        }

        int questions = Read(bytes, QuestionCountAt);
        int records = Read(bytes, AnswerCountAt);
        bool plausible = questions <= 1 && records <= MostRecords && Operation(bytes) is 0 or (>= 5 and <= 9);

        // A scope (RFC 1001 section 14.1) lengthens the name; hardly anybody has one, and the type is then not looked at.
        bool scoped = bytes[TypeAt - 1] != 0;
        return plausible && (scoped || Read(bytes, TypeAt) is TypeName or TypeStatus or 0x0A);
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!IsMessage(message))
        {
            return Reading.Reject;
        }

        bool response = (Read(message, FlagsAt) & ResponseFlag) != 0;
        bool learned = Set(ref _operation, Operation(message))
            | Set(ref _state, response ? ConnectionState.NETBIOS_RESPONSE : ConnectionState.NETBIOS_QUERY);
        Span<byte> name = stackalloc byte[NetBiosName.Size];
        NetBiosName.Decode(message[HeaderSize..], name);
        if (_name is null || !name.SequenceEqual(_nameBytes))
        {
            name.CopyTo(_nameBytes);
            _name = NetBiosName.Format(name);
            learned = true;
        }

        ushort id = Read(message, IdAt);
        if (!response)
        {
            (_askedId, _askedAt) = (id, timestamp);
            return learned ? Reading.Learned : Reading.Nothing;
        }

        learned |= Set(ref _code, Read(message, FlagsAt) & CodeMask);
        if (_askedAt >= 0 && id == _askedId && timestamp >= _askedAt)
        {
            learned |= Set(ref _responseTime, timestamp - _askedAt);
            _askedAt = -1;
        }

        learned |= _owned.Count == 0 && Read(message, TypeAt) == TypeStatus && ReadOwned(message);
        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new NetBiosDetails
    {
        Name = _name,
        Operation = _operation switch
        {
            0 => "query",
            5 => "registration",
            6 => "release",
            7 => "wait",
            8 or 9 => "refresh",
            _ => null,
        },
        ResponseCode = _code switch
        {
            // RFC 1002 sections 4.2.6 and 4.2.14
            null => null,
            0 => "OK",
            1 => "FMT_ERR",
            2 => "SRV_ERR",
            3 => "NAM_ERR",
            4 => "IMP_ERR",
            5 => "RFS_ERR",
            6 => "ACT_ERR",
            7 => "CFT_ERR",
            _ => "UNKNOWN",
        },
        Names = _owned,
        ResponseTime = _responseTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    private static ushort Read(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static int Operation(ReadOnlySpan<byte> bytes) => (Read(bytes, FlagsAt) >> OperationShift) & OperationMask;

    /// <summary>The names of a node status response: a count, then 16 bytes and two of flags each (RFC 1002 section 4.2.18).</summary>
    private bool ReadOwned(ReadOnlySpan<byte> message)
    {
        const int EntrySize = NetBiosName.Size + 2;
        if (message.Length <= DataAt)
        {
            return false;
        }

        List<string> names = [];
        ReadOnlySpan<byte> entries = message[(DataAt + 1)..];
        for (int left = message[DataAt]; left > 0 && entries.Length >= EntrySize && names.Count < MostRecords; left--)
        {
            names.Add(NetBiosName.Format(entries));
            entries = entries[EntrySize..];
        }

        _owned = names;
        return names.Count > 0;
    }
}

/// <summary>NetBIOS datagram service (RFC 1002 section 4.4): who announces what to whom.</summary>
internal sealed class NetBiosDatagrams : Messages
{
    private const int TypeAt = 0;
    private const int SourcePortAt = 8;
    private const int LengthAt = 10;
    private const int SourceNameAt = 14;
    private const int DestinationNameAt = SourceNameAt + NetBiosName.FieldSize;
    private const ushort Port = 138;
    private const byte DirectUnique = 0x10;
    private const byte Broadcast = 0x12;
    private const byte ErrorType = 0x13;
    private const byte NegativeQuery = 0x16;

    private readonly byte[] _names = new byte[2 * NetBiosName.Size];
    private string? _source;
    private string? _destination;

    /// <inheritdoc/>
    public override string Application => "NetBIOS-DGM";

    /// <inheritdoc/>
    public override ConnectionState? State => ConnectionState.NETBIOS_DATAGRAM;

    /// <summary>Two encoded names, or on its port one of the short messages.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        HasNames(bytes) || context.Uses(Port) && IsShort(bytes) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (!HasNames(message))
        {
            return IsShort(message) ? Reading.Nothing : Reading.Reject;
        }

        Span<byte> names = stackalloc byte[2 * NetBiosName.Size];
        NetBiosName.Decode(message[SourceNameAt..], names);
        NetBiosName.Decode(message[DestinationNameAt..], names[NetBiosName.Size..]);
        if (_source is not null && names.SequenceEqual(_names))
        {
            return Reading.Nothing;
        }

        names.CopyTo(_names);
        _source = NetBiosName.Format(names);
        _destination = NetBiosName.Format(names[NetBiosName.Size..]);
        return Reading.Learned;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new NetBiosDetails { Name = _source, Destination = _destination, Operation = "datagram" };

    private static bool HasNames(ReadOnlySpan<byte> bytes) => bytes.Length >= DestinationNameAt + NetBiosName.FieldSize
        && bytes[TypeAt] is >= DirectUnique and <= Broadcast
        && BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]) > 0
        && NetBiosName.IsEncoded(bytes[SourceNameAt..]) && NetBiosName.IsEncoded(bytes[DestinationNameAt..]);

    private static bool IsShort(ReadOnlySpan<byte> bytes) => bytes.Length > LengthAt && bytes[TypeAt] is >= ErrorType and <= NegativeQuery
        && BinaryPrimitives.ReadUInt16BigEndian(bytes[SourcePortAt..]) == Port;
}
