using System.Buffers.Binary;
using System.Text;
using static NetMonitor.Tests.Inspection.WireBuilder;

namespace NetMonitor.Tests.Inspection.Data;

/// <summary>A protocol's conversation, built by hand from its specification.</summary>
/// <param name="Name">The application.</param>
/// <param name="Port">Its usual port.</param>
/// <param name="Turns">What is sent, in order.</param>
/// <param name="ServerAlone">True when the server's first bytes alone tell the protocol.</param>
internal sealed record Golden(string Name, ushort Port, IReadOnlyList<(bool Client, byte[] Bytes)> Turns, bool ServerAlone = true)
{
    /// <summary>The password in each conversation that has one.</summary>
    public const string Secret = "hunter2";

    public override string ToString() => Name;

    /// <summary>Feeds the turns.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="piece">Greatest bytes of a segment.</param>
    /// <param name="only">One side only, or both.</param>
    public Conversation Play(ushort port, int piece = int.MaxValue, bool? only = null)
    {
        Conversation conversation = new(port);
        foreach ((bool client, byte[] bytes) in Turns.Where(turn => only is null || turn.Client == only))
        {
            for (int at = 0; at < bytes.Length; at += piece)
            {
                ReadOnlySpan<byte> part = bytes.AsSpan(at, Math.Min(piece, bytes.Length - at));
                _ = client ? conversation.Client(part) : conversation.Server(part);
                if (piece == int.MaxValue)
                {
                    break;
                }
            }
        }

        return conversation;
    }
}

/// <summary>The bytes of <see cref="Golden"/> conversations.</summary>
internal static class DataBytes
{
    public static readonly IReadOnlyList<Golden> All =
    [
        MqttBytes.Golden, RedisBytes.Golden, MySqlBytes.Golden, PostgreSqlBytes.Golden, MongoDbBytes.Golden, KafkaBytes.Golden, AmqpBytes.Golden,
        AmqpBytes.Golden1, NatsBytes.Golden, MemcachedBytes.Golden, MemcachedBytes.Binary, CassandraBytes.Golden, TdsBytes.Golden,
    ];

    public static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Numbers with their least significant byte first.</summary>
    public static byte[] L32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] L16(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] Vector32(params object[] parts)
    {
        byte[] content = Bytes(parts);
        return Bytes((uint)content.Length, content);
    }
}
