using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

/// <summary>What one side sent at one time.</summary>
internal sealed record Sent(Side From, byte[] Bytes);

/// <summary>A conversation as bytes, which is what a fuzzer changes: any bytes are a conversation. <c>kind client-port server-port { side length bytes }</c>.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="HasHandshake">TCP: whether it begins with the SYNs.</param>
internal sealed record ConversationBytes(TransportProtocol Protocol, bool HasHandshake, ushort ClientPort, ushort ServerPort, IReadOnlyList<Sent> Sent)
{
    private const int HeaderSize = 5;
    private const int RecordSize = 3;
    private const byte UdpBit = 1;
    private const byte NoHandshakeBit = 2;

    public static ConversationBytes Decode(ReadOnlySpan<byte> bytes)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        bytes[..Math.Min(HeaderSize, bytes.Length)].CopyTo(header);
        bytes = bytes[Math.Min(HeaderSize, bytes.Length)..];
        List<Sent> sent = [];
        while (bytes.Length > RecordSize)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]), bytes.Length - RecordSize);
            sent.Add(new Sent((Side)(bytes[0] & 1), bytes.Slice(RecordSize, length).ToArray()));
            bytes = bytes[(RecordSize + length)..];
        }

        return new ConversationBytes(
            (header[0] & UdpBit) != 0 ? TransportProtocol.UDP : TransportProtocol.TCP,
            (header[0] & NoHandshakeBit) == 0,
            BinaryPrimitives.ReadUInt16BigEndian(header[1..]),
            BinaryPrimitives.ReadUInt16BigEndian(header[3..]),
            sent);
    }

    public byte[] Encode()
    {
        using MemoryStream stream = new();
        stream.WriteByte((byte)((Protocol == TransportProtocol.UDP ? UdpBit : 0) | (HasHandshake ? 0 : NoHandshakeBit)));
        UInt16(ClientPort);
        UInt16(ServerPort);
        foreach (Sent sent in Sent)
        {
            for (int at = 0; at < sent.Bytes.Length; at += ushort.MaxValue)
            {
                int length = Math.Min(ushort.MaxValue, sent.Bytes.Length - at);
                stream.WriteByte((byte)sent.From);
                UInt16((ushort)length);
                stream.Write(sent.Bytes, at, length);
            }
        }

        return stream.ToArray();

        void UInt16(ushort value)
        {
            stream.WriteByte((byte)(value >> 8));
            stream.WriteByte((byte)value);
        }
    }
}

/// <summary>
/// Keeps every conversation of a test run as a file, when <c>NETMONITOR_SEEDS</c> names a folder: the golden bytes of the protocols' tests are what the
/// fuzzer begins with, so a protocol that has a test is fuzzed.
/// </summary>
internal sealed class Recording
{
    private const string EnvironmentVariable = "NETMONITOR_SEEDS";

    /// <summary>Longer conversations test limits; a fuzzer would be slow on them.</summary>
    private const int MostBytes = 8 * 1024;

    private static readonly string? Folder = Environment.GetEnvironmentVariable(EnvironmentVariable);

    /// <summary>Those of this thread that are not written yet. A test is over when its thread begins the next conversation: the host of the tests gives no time at
    /// its end. (So the last one of each thread is lost.)</summary>
    [ThreadStatic]
    private static List<Recording>? _open;

    /// <summary>Conversations of one place in the tests that are kept: a test that makes thousands changes bytes at random, which the fuzzer does itself.</summary>
    private const int MostOfOnePlace = 128;

    private static readonly ConcurrentDictionary<(string File, int Line), int> Begun = new();

    private readonly FlowContext _flow;
    private readonly bool _hasHandshake;
    private readonly List<(Side From, List<byte> Bytes)> _sent = [];
    private int _length;

    private Recording(in FlowContext flow, bool hasHandshake) => (_flow, _hasHandshake) = (flow, hasHandshake);

    /// <summary>A recording of a conversation that begins; null when nobody wants one.</summary>
    /// <param name="flow">Its flow.</param>
    /// <param name="hasHandshake">Whether it begins with the SYNs.</param>
    /// <param name="place">Where in the tests it is made.</param>
    public static Recording? Begin(in FlowContext flow, bool hasHandshake, (string File, int Line) place)
    {
        if (string.IsNullOrEmpty(Folder) || Begun.AddOrUpdate(place, 1, static (_, count) => count + 1) > MostOfOnePlace)
        {
            return null;
        }

        foreach (Recording earlier in _open ??= [])
        {
            earlier.Write(Folder);
        }

        _open.Clear();
        return new Recording(flow, hasHandshake);
    }

    /// <summary>Adds what was sent. Pieces of a stream become one.</summary>
    public void Add(Side from, ReadOnlySpan<byte> bytes)
    {
        if ((_length += bytes.Length) > MostBytes)
        {
            return;
        }

        if (_open is { } open && !open.Contains(this))
        {
            open.Add(this);
        }

        if (_flow.Protocol == TransportProtocol.UDP || _sent.Count == 0 || _sent[^1].From != from)
        {
            _sent.Add((from, []));
        }

        _sent[^1].Bytes.AddRange(bytes);
    }

    private void Write(string folder)
    {
        if (_length is 0 or > MostBytes)
        {
            return;
        }

        ConversationBytes conversation = new(
            _flow.Protocol, _hasHandshake, _flow.OriginatorPort, _flow.ResponderPort, [.. _sent.Select(sent => new Sent(sent.From, [.. sent.Bytes]))]);
        byte[] bytes = conversation.Encode();
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8)));
        if (!File.Exists(path))
        {
            // Tests run at once may have the same conversation: each writes its own file, and the last rename wins.
            string own = Path.Combine(folder, Path.GetRandomFileName());
            File.WriteAllBytes(own, bytes);
            File.Move(own, path, overwrite: true);
        }
    }
}
