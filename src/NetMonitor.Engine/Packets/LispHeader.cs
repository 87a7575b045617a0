namespace NetMonitor.Packets;

/// <summary>The header of LISP's data plane (RFC 9300 section 5.3), between UDP and an IP packet, all of whose fields are optional: eight bytes say nothing of themselves.</summary>
internal static class LispHeader
{
    public const int Port = 4341;
    public const int Size = 8;
}
