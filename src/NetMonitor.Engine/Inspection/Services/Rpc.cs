using System.Buffers.Binary;

namespace NetMonitor.Inspection.Services;

/// <summary>ONC RPC (RFC 5531) over UDP and, in marked records (section 11), TCP: NFS (RFC 1813, RFC 7530, RFC 8881) and its companions.
/// File names and credentials are passed over, except for the machine that AUTH_SYS names.</summary>
internal sealed class Rpc : Messages
{
    /// <summary>Bytes of a message that are read: the header and a credential.</summary>
    public const int Head = 512;

    private const int MarkSize = 4;                 // bytes
    private const uint LastFragment = 0x80000000;
    private const long LongestFragment = 4 << 20;   // bytes
    private const int TransactionAt = 0;
    private const int TypeAt = 4;
    private const int VersionAt = 8;                // of RPC, which is 2; of a reply, its status
    private const int ProgramAt = 12;
    private const int ProgramVersionAt = 16;
    private const int ProcedureAt = 20;
    private const int CredentialAt = 24;            // flavor, length
    private const int CallSize = 40;                // with empty credential and verifier
    private const int ReplySize = 12;
    private const uint Call = 0;
    private const uint Reply = 1;
    private const uint RpcVersion = 2;
    private const uint AuthSys = 1;
    private const uint LongestCredential = 400;     // RFC 5531 section 8.2
    private const uint HighestFlavor = 7;        // AUTH_TLS, RFC 9289 section 4.1
    private const uint LastKnownProgram = 0x1FFFFFFF; // assigned by IANA, RFC 5531 section 13
    private const uint TransientProgram = 0x40000000;
    private const uint LastTransientProgram = 0x5FFFFFFF;
    private const uint HighestVersion = 16;
    private const uint HighestProcedure = 1024;

    private uint _program;
    private uint _version;
    private uint _procedure;
    private uint _transaction;
    private string? _machine;
    private string? _status;
    private long _askedAt;
    private long? _responseTime; // nanoseconds

    /// <inheritdoc/>
    public override string Application => NameOf(_program) ?? "RPC";

    /// <summary>A call: a reply has too little to be told from anything.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) =>
        bytes.Length >= CallSize && IsCall(bytes) ? Match.Yes : Match.No;

    /// <summary>A call in a record.</summary>
    public static Match StreamProbe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        const byte LastFragmentByte = 0x80;
        if (bytes.IsEmpty || bytes[0] is not (LastFragmentByte or 0) || bytes.Length > 1 && bytes[1] > LongestFragment >> 16)
        {
            return bytes.IsEmpty ? Match.NeedMore : Match.No;
        }

        // Each number says no as soon as it is there: rows below wait.
        ReadOnlySpan<byte> message = bytes[Math.Min(MarkSize, bytes.Length)..];
        if (bytes.Length >= MarkSize && Frame(bytes, out _, out long length) != Match.Yes
            || message.Length >= VersionAt && Read(message, TypeAt) != Call
            || message.Length >= ProgramAt && Read(message, VersionAt) != RpcVersion)
        {
            return Match.No;
        }

        return message.Length < CallSize ? Match.NeedMore : IsCall(message) ? Match.Yes : Match.No;
    }

    /// <summary>Records of one fragment; longer ones are read at their beginning only.</summary>
    public static Match Frame(ReadOnlySpan<byte> window, out int skip, out long length)
    {
        skip = MarkSize;
        length = 0;
        if (window.Length < MarkSize)
        {
            return Match.NeedMore;
        }

        length = Read(window, 0) & ~LastFragment;
        return length is < ReplySize or > LongestFragment ? Match.No : Match.Yes;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (message.Length >= CallSize && IsCall(message))
        {
            return ReadCall(message, timestamp) ? Reading.Learned : Reading.Nothing;
        }

        if (_program == 0 || message.Length < ReplySize)
        {
            return Reading.Reject;
        }

        // A second fragment, or a reply to a call that was not seen.
        bool answered = Read(message, TypeAt) == Reply && Read(message, TransactionAt) == _transaction && timestamp >= _askedAt;
        if (!answered)
        {
            return Reading.Nothing;
        }

        _responseTime = timestamp - _askedAt;
        _status = Read(message, VersionAt) == 0 ? "accepted" : "denied";
        return Reading.Finished; // One call tells what a connection is for; files' names are nobody's business.
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new RpcDetails
    {
        Program = (int)_program,
        ProgramName = NameOf(_program),
        Version = (int)_version,
        Procedure = (int)_procedure,
        ProcedureName = ProcedureNameOf(_program, _version, _procedure),
        Machine = _machine,
        Status = _status,
        ResponseTime = _responseTime is { } time ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null,
    };

    private static uint Read(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static bool IsCall(ReadOnlySpan<byte> bytes)
    {
        uint program = Read(bytes, ProgramAt);
        uint flavor = Read(bytes, CredentialAt);
        return Read(bytes, TypeAt) == Call && Read(bytes, VersionAt) == RpcVersion
            && program is > 0 and <= LastKnownProgram or >= TransientProgram and <= LastTransientProgram
            && Read(bytes, ProgramVersionAt) <= HighestVersion && Read(bytes, ProcedureAt) <= HighestProcedure
            && flavor <= HighestFlavor && Read(bytes, CredentialAt + sizeof(uint)) <= LongestCredential;
    }

    private bool ReadCall(ReadOnlySpan<byte> message, long timestamp)
    {
        _transaction = Read(message, TransactionAt);
        _askedAt = timestamp;
        bool learned = Set(ref _program, Read(message, ProgramAt)) | Set(ref _version, Read(message, ProgramVersionAt))
            | Set(ref _procedure, Read(message, ProcedureAt));

        // authsys_parms: stamp, machinename<255>, ids (RFC 5531 appendix A)
        const int NameLengthAt = CredentialAt + (3 * sizeof(uint));
        const int NameAt = NameLengthAt + sizeof(uint);
        if (Read(message, CredentialAt) == AuthSys && Read(message, NameLengthAt) is > 0 and <= byte.MaxValue and { } length
            && message.Length >= NameAt + length)
        {
            learned |= WireText.Update(ref _machine, message.Slice(NameAt, (int)length));
        }

        return learned;
    }

    /// <summary>IANA registry "Remote Procedure Call (RPC) Program Numbers".</summary>
    private static string? NameOf(uint program) => program switch
    {
        100000 => "Portmap",
        100003 => "NFS",
        100005 => "MOUNT",
        100021 => "NLM",
        100024 => "NSM",
        100227 => "NFS-ACL",
        _ => null,
    };

    private static string? ProcedureNameOf(uint program, uint version, uint procedure)
    {
        ReadOnlySpan<string> names = (program, version) switch
        {
            (100000, 2) => ["NULL", "SET", "UNSET", "GETPORT", "DUMP", "CALLIT"],          // RFC 1833 section 3
            (100000, _) =>
            [
                "NULL", "SET", "UNSET", "GETADDR", "DUMP", "BCAST", "GETTIME", "UADDR2TADDR", "TADDR2UADDR", "GETVERSADDR", "INDIRECT",
                "GETADDRLIST", "GETSTAT",
            ],
            (100003, 3) =>
            [
                "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD",
                "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
            ],
            (100003, 4) => ["NULL", "COMPOUND"],
            (100005, _) => ["NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"],           // RFC 1813 appendix I
            _ => [],
        };
        return procedure < names.Length ? names[(int)procedure] : null;
    }
}
