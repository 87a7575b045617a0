using NetMonitor.Inspection.Tls;

namespace NetMonitor.Inspection.Services;

/// <summary>LDAP (RFC 4511) over TCP, and over UDP as Windows looks for its domain controllers (CLDAP, MS-ADTS section 6.3). Passwords and
/// SASL credentials are passed over.</summary>
internal sealed class Ldap(FlowContext context) : Messages
{
    /// <summary>Bytes of a message that are read.</summary>
    public const int Head = 4 * 1024;

    // LDAPMessage ::= SEQUENCE { messageID INTEGER (0 .. 2^31-1), protocolOp CHOICE, controls [0] OPTIONAL } (RFC 4511 section 4.1.1)
    private const long LongestMessage = 64L << 20;   // bytes
    private const byte SimplePassword = 0x80;        // AuthenticationChoice [0]
    private const byte Sasl = 0xA3;                  // [3]
    private const byte SicilyFirst = 0x89;           // MS-ADTS section 5.1.1.1.3: [9] to [11]
    private const byte SicilyLast = 0x8B;
    private const byte RequestName = 0x80;           // ExtendedRequest [0]
    private const byte Unsolicited = 0;              // messageID of a notice, RFC 4511 section 4.4

    private enum Operation : byte
    {
        BindRequest = 0x60, BindResponse = 0x61, UnbindRequest = 0x42, SearchRequest = 0x63, SearchEntry = 0x64, SearchDone = 0x65,
        ModifyRequest = 0x66, ModifyResponse = 0x67, AddRequest = 0x68, AddResponse = 0x69, DeleteRequest = 0x4A, DeleteResponse = 0x6B,
        RenameRequest = 0x6C, RenameResponse = 0x6D, CompareRequest = 0x6E, CompareResponse = 0x6F, AbandonRequest = 0x50,
        SearchReference = 0x73, ExtendedRequest = 0x77, ExtendedResponse = 0x78, IntermediateResponse = 0x79,
    }

    // RFC 4511 section 4.5.1.2, and the last from draft-sermersheim-ldap-subordinate-scope
    private static readonly string[] Scopes = ["base", "one", "sub", "children"];

    private string? _operation;
    private string? _bindName;
    private string? _authentication;
    private string? _base;
    private string? _scope;
    private long? _result;
    private long _startTls = -1; // its message id

    /// <inheritdoc/>
    public override string Application => context.Protocol == TransportProtocol.UDP ? "CLDAP" : "LDAP";

    /// <inheritdoc/>
    public override Upgrade? Upgrade => new(context, TlsInspector.Begin(context), Application);

    /// <summary>A message as far as the beginning of its operation.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match match = Recognize(bytes);
        return match == Match.NeedMore && context.Protocol == TransportProtocol.UDP ? Match.No : match;
    }

    /// <summary>A message is as long as it says.</summary>
    public static Match Frame(ReadOnlySpan<byte> window, out int skip, out long length)
    {
        skip = 0;
        if (window.IsEmpty || window[0] == BerReader.Sequence)
        {
            Match match = BerReader.Measure(window, out int header, out length);
            length += header;
            return match == Match.Yes && length > LongestMessage ? Match.No : match;
        }

        length = 0;
        return Match.No;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        BerReader reader = new(message);
        if (Recognize(message) != Match.Yes || !reader.TryEnter(BerReader.Sequence, out BerReader body) || !body.TryReadInteger(out long id))
        {
            return Reading.Reject;
        }

        Operation operation = (Operation)body.NextTag;
        if (operation == Operation.UnbindRequest)
        {
            return Reading.Finished;
        }

        if (!body.TryEnter((byte)operation, out BerReader fields))
        {
            return Reading.Nothing;
        }

        if (operation == Operation.ExtendedResponse && id == _startTls)
        {
            _startTls = -1;
            if (fields.TryReadInteger(out long code, BerReader.Enumerated) && code == 0 && context.Protocol == TransportProtocol.TCP)
            {
                return Reading.Upgraded;
            }
        }

        bool learned = operation switch
        {
            Operation.BindRequest => Set(ref _operation, "bind") | ReadBind(fields),
            Operation.SearchRequest => Set(ref _operation, "search") | ReadSearch(fields),
            Operation.ModifyRequest => Set(ref _operation, "modify"),
            Operation.AddRequest => Set(ref _operation, "add"),
            Operation.DeleteRequest => Set(ref _operation, "delete"),
            Operation.RenameRequest => Set(ref _operation, "rename"),
            Operation.CompareRequest => Set(ref _operation, "compare"),
            Operation.ExtendedRequest => ReadExtended(fields, id),
            Operation.SearchEntry or Operation.SearchReference or Operation.IntermediateResponse or Operation.AbandonRequest => false,
            _ => fields.TryReadInteger(out long result, BerReader.Enumerated) && Set(ref _result, result),
        };
        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new LdapDetails
    {
        Operation = _operation,
        BindName = _bindName,
        Authentication = _authentication,
        SearchBase = _base,
        SearchScope = _scope,
        ResultCode = (int?)_result,
    };

    private static Match Recognize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != BerReader.Sequence)
        {
            return bytes.IsEmpty ? Match.NeedMore : Match.No;
        }

        Match outer = BerReader.Measure(bytes, out int header, out long length);
        if (outer != Match.Yes)
        {
            return outer;
        }

        ReadOnlySpan<byte> body = bytes[header..];
        Match number = BerReader.Measure(body, out int numberHeader, out long numberLength);
        if (!body.IsEmpty && body[0] != BerReader.Integer)
        {
            return Match.No;
        }

        if (number != Match.Yes)
        {
            return number;
        }

        // The longest is five bytes: the sign of a number of 32 bits.
        if (numberLength is < 1 or > 4 || length > LongestMessage)
        {
            return Match.No;
        }

        int operationAt = numberHeader + (int)numberLength;
        return body.Length <= operationAt ? Match.NeedMore
            : RecognizeOperation(body[operationAt..], length - operationAt, body[numberHeader..operationAt]);
    }

    /// <summary>An operation of a length that fits, whose first field is what it should be.</summary>
    private static Match RecognizeOperation(ReadOnlySpan<byte> bytes, long room, ReadOnlySpan<byte> number)
    {
        Operation operation = (Operation)bytes[0];
        if (!Enum.IsDefined(operation) || number[0] >= 0x80
            || number.Length == 1 && number[0] == Unsolicited && operation != Operation.ExtendedResponse)
        {
            return Match.No;
        }

        Match match = BerReader.Measure(bytes, out int header, out long length);
        if (match != Match.Yes || header + length > room)
        {
            return match == Match.Yes ? Match.No : match;
        }

        ReadOnlySpan<byte> content = bytes[header..];
        byte expected = operation switch
        {
            Operation.BindRequest => BerReader.Integer,
            Operation.SearchRequest or Operation.SearchEntry or Operation.ModifyRequest or Operation.AddRequest or Operation.RenameRequest
                or Operation.CompareRequest or Operation.SearchReference => BerReader.OctetString,
            Operation.ExtendedRequest => RequestName,
            Operation.UnbindRequest or Operation.AbandonRequest or Operation.DeleteRequest or Operation.IntermediateResponse => 0,
            _ => BerReader.Enumerated,
        };
        if (expected == 0)
        {
            return operation != Operation.UnbindRequest || length == 0 ? Match.Yes : Match.No;
        }

        return length == 0 ? Match.No : content.IsEmpty ? Match.NeedMore : content[0] == expected ? Match.Yes : Match.No;
    }

    /// <summary>BindRequest: version, name, authentication (RFC 4511 section 4.2).</summary>
    private bool ReadBind(BerReader fields)
    {
        if (!fields.TryReadInteger(out _) || !fields.TryRead(BerReader.OctetString, out ReadOnlySpan<byte> name))
        {
            return false;
        }

        bool learned = !name.IsEmpty && WireText.Update(ref _bindName, name);
        switch (fields.NextTag)
        {
            case SimplePassword:
                bool anonymous = fields.TryRead(SimplePassword, out ReadOnlySpan<byte> password) && password.IsEmpty && name.IsEmpty;
                return learned | Set(ref _authentication, anonymous ? "anonymous" : "simple");
            case Sasl when fields.TryEnter(Sasl, out BerReader sasl) && sasl.TryRead(BerReader.OctetString, out ReadOnlySpan<byte> mechanism):
                return learned | WireText.Update(ref _authentication, mechanism);
            case >= SicilyFirst and <= SicilyLast:
                return learned | Set(ref _authentication, "NTLM");
            default:
                return learned;
        }
    }

    /// <summary>SearchRequest: baseObject, scope (RFC 4511 section 4.5.1).</summary>
    private bool ReadSearch(BerReader fields)
    {
        if (!fields.TryRead(BerReader.OctetString, out ReadOnlySpan<byte> name))
        {
            return false;
        }

        bool learned = WireText.Update(ref _base, name);
        return learned | (fields.TryReadInteger(out long scope, BerReader.Enumerated) && scope >= 0 && scope < Scopes.Length
            && Set(ref _scope, Scopes[scope]));
    }

    private bool ReadExtended(BerReader fields, long id)
    {
        if (fields.TryRead(RequestName, out ReadOnlySpan<byte> name) && name.SequenceEqual("1.3.6.1.4.1.1466.20037"u8)) // RFC 4511 section 4.14.1
        {
            _startTls = id;
            return Set(ref _operation, "StartTLS");
        }

        return Set(ref _operation, "extended");
    }
}
