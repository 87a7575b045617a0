using System.Diagnostics;
using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

/// <summary>A turn of a conversation: who speaks, and what.</summary>
internal sealed record Turn(Side From, byte[] Bytes);

/// <summary>Checks that hold for every protocol: however it is cut, it says the same; damaged, it does no harm.</summary>
internal static class Hostile
{
    /// <summary>Plays the turns, each in one piece.</summary>
    public static FlowInspection Whole(ushort port, params Turn[] turns) => Play(port, turns, static bytes => [bytes.Length]);

    /// <summary>Every turn cut once, at every place, and in pieces of a byte.</summary>
    public static void AssertAnySplitIsTheSame(ushort port, params Turn[] turns)
    {
        string expected = Conversation.Tell(Whole(port, turns));
        for (int cut = 1; cut < turns.Max(turn => turn.Bytes.Length); cut++)
        {
            int at = cut;
            Assert.Equal(expected, Conversation.Tell(Play(port, turns, bytes => at < bytes.Length ? [at, bytes.Length - at] : [bytes.Length])));
        }

        Assert.Equal(expected, Conversation.Tell(Play(port, turns, static bytes => [.. Enumerable.Repeat(1, bytes.Length)])));
    }

    /// <summary>Damages bytes at random: no exception, bounded memory and time, no control characters.</summary>
    public static void AssertDamageDoesNoHarm(ushort port, params Turn[] turns)
    {
        const int Rounds = 1000;
        long started = Stopwatch.GetTimestamp();
        for (int seed = 0; seed < Rounds; seed++)
        {
            Random random = new(seed);
            Turn[] damaged = [.. turns.Select(turn => turn with { Bytes = Damage(turn.Bytes, random) })];
            FlowInspection flow = Play(port, damaged, bytes => Pieces(bytes.Length, random));
            Assert.True(flow.Buffered <= 2 * InspectionLimits.StreamWindow);
            flow.Close();
            Assert.Equal(0, flow.Buffered);
            Assert.DoesNotMatch(@"\p{Cc}", Conversation.Tell(flow.Details));
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60));
    }

    private static FlowInspection Play(ushort port, Turn[] turns, Func<byte[], int[]> cut)
    {
        Conversation conversation = new(port);
        foreach (Turn turn in turns)
        {
            int at = 0;
            foreach (int length in cut(turn.Bytes))
            {
                ReadOnlySpan<byte> piece = turn.Bytes.AsSpan(at, length);
                _ = turn.From == Side.Originator ? conversation.Client(piece) : conversation.Server(piece);
                at += length;
            }
        }

        return conversation.Flow;
    }

    private static int[] Pieces(int length, Random random)
    {
        List<int> pieces = [];
        for (int left = length; left > 0;)
        {
            pieces.Add(Math.Min(left, random.Next(1, 1 + Math.Max(8, length / 4))));
            left -= pieces[^1];
        }

        return [.. pieces];
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        List<byte> damaged = [.. bytes];
        for (int i = random.Next(0, 4); i > 0 && damaged.Count > 1; i--)
        {
            int at = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    damaged.RemoveAt(at);
                    break;
                default:
                    damaged[at] = 0xFF;
                    break;
            }
        }

        return [.. damaged];
    }
}
