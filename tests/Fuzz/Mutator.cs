using System.Buffers.Binary;

namespace NetMonitor.Fuzz;

/// <summary>Changes bytes at random, with the changes that parsers dislike most: lengths at their limits, pieces cut, repeated and taken from elsewhere.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>Longer inputs cost time and show nothing new.</summary>
    public const int MostBytes = 16 * 1024;

    private const int MostChanges = 6;
    private static readonly uint[] Limits = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x4000, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF];

    public Random Random => random;

    /// <summary>A changed copy.</summary>
    /// <param name="input">What to change.</param>
    /// <param name="other">Where pieces may be taken from.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (int change = random.Next(1, MostChanges); change > 0; change--)
        {
            Change(bytes, other);
        }

        if (bytes.Count > MostBytes)
        {
            bytes.RemoveRange(MostBytes, bytes.Count - MostBytes);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(1 << random.Next(8), bytes.Count - at);
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes[at] = (byte)(bytes[at] + random.Next(-16, 17));
                break;
            case 3:
                Overwrite(bytes, at, Limits[random.Next(Limits.Length)], 1 << random.Next(3));
                break;
            case 4:
                bytes.RemoveRange(at, length);
                break;
            case 5: // cut off
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6: // repeat
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 7:
                byte[] noise = new byte[1 << random.Next(5)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 8 when other.Length > 0: // splice
                int start = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(start, Math.Min(1 << random.Next(9), other.Length - start)).ToArray());
                break;
            case 9 when other.Length > 0:
                for (int i = random.Next(other.Length), end = Math.Min(i + (1 << random.Next(7)), other.Length); i < end && at < bytes.Count; i++)
                {
                    bytes[at++] = other[i];
                }

                break;
            default:
                bytes.Insert(at, (byte)random.Next(256));
                break;
        }
    }

    private void Overwrite(List<byte> bytes, int at, uint value, int size)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, value << (8 * (sizeof(uint) - size)));
        }

        for (int i = 0; i < size && at + i < bytes.Count; i++)
        {
            bytes[at + i] = number[i];
        }
    }
}
