using NetMonitor.Inspection;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Http2;

/// <summary>Frames and header blocks, built here.</summary>
internal static class Http2Bytes
{
    public const int Data = 0;
    public const int Headers = 1;
    public const int Settings = 4;
    public const int GoAway = 7;
    public const int Continuation = 9;
    public const int EndHeaders = 4;

    public static byte[] Preface => Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Frame(Settings, 0, 0, U16(3), 100u, U16(4), 65535u));

    public static byte[] ServerSettings => Frame(Settings, 0, 0, U16(3), 128u);

    public static byte[] Frame(int type, int flags, uint stream, params object[] payload)
    {
        byte[] bytes = Bytes(payload);
        return Bytes(bytes.Length >> 16, U16(bytes.Length & 0xFFFF), type, flags, stream, bytes);
    }

    /// <summary>HEADERS with a whole block.</summary>
    public static byte[] Block(uint stream, params object[] fields) => Frame(Headers, EndHeaders, stream, fields);

    /// <summary>A literal with a name of the static table, or with a new one; indexed when asked for (RFC 7541 section 6.2).</summary>
    public static byte[] Field(string name, string value, bool index = false) =>
        Bytes(index ? 0x40 : 0, name.Length, name, value.Length, value);

    /// <summary>The fields of a request.</summary>
    public static byte[] Request(string method, string path, string authority, params object[] more) => Bytes(
        Field(":method", method), 0x86, Field(":path", path), Field(":authority", authority, index: true), Bytes(more));

    public static Turn Client(params object[] parts) => new(Side.Originator, Bytes(parts));

    public static Turn Server(params object[] parts) => new(Side.Responder, Bytes(parts));
}
