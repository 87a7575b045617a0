using System.Text;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Dns;

/// <summary>DNS messages built by hand (RFC 1035 section 4.1).</summary>
internal static class DnsBytes
{
    public const int Query = 0x0100;      // RD
    public const int Response = 0x8180;   // QR, RD, RA
    public static readonly byte[] ToQuestion = [0xC0, 12]; // a pointer to the first question's name

    public static byte[] Name(string name) =>
        Bytes([.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(label => (object)Vector8(Encoding.UTF8.GetBytes(label))), 0]);

    public static byte[] Question(string name, int type, int dnsClass = 1) => Bytes(Name(name), U16(type), U16(dnsClass));

    public static byte[] Record(byte[] name, int type, uint ttl, params object[] data) => Bytes(name, U16(type), U16(1), ttl, Vector16(data));

    public static byte[] Header(int id, int flags, int questions = 1, int answers = 0, int authorities = 0, int additionals = 0) =>
        Bytes(U16(id), U16(flags), U16(questions), U16(answers), U16(authorities), U16(additionals));

    public static byte[] Ask(int id, string name, int type) => Bytes(Header(id, Query), Question(name, type));

    public static byte[] Opt(int extendedCode = 0) => Bytes(0, U16(41), U16(1232), (uint)extendedCode << 24, U16(0));

    public static byte[] Soa => Record(Name("example.com"), 6, 60, Name("ns.example.com"), Name("host.example.com"), 2024u, 1u, 2u, 3u, 4u);

    public static byte[] Tcp(byte[] message) => Vector16(message);
}
