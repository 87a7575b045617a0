using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

public sealed class FlowTableTests
{
    private const ulong Seed = 0x1234_5678_9abc_def0;

    [Fact]
    public void Agrees_with_a_dictionary_over_random_additions_and_removals()
    {
        var random = new Random(1);
        var table = new FlowTable(int.MaxValue, Seed);
        var model = new Dictionary<FlowKey, int>();
        for (int i = 0; i < 200_000; i++)
        {
            FlowKey key = Key(random.Next(5_000));
            ulong hash = table.HashOf(key);
            int found = table.Find(key, hash);
            Assert.Equal(model.GetValueOrDefault(key, FlowTable.None), found);
            if (found == FlowTable.None)
            {
                model[key] = table.Add(key, hash);
            }
            else if (random.Next(3) == 0)
            {
                table.Remove(found);
                model.Remove(key);
            }
        }

        Assert.Equal(model.Count, table.Count);
        Assert.All(model, pair => Assert.Equal(pair.Value, table.Find(pair.Key, table.HashOf(pair.Key))));
        Assert.Equal(model.Count, Enumerable.Range(0, table.Bound).Count(table.IsUsed));
    }

    [Fact]
    public void A_guess_may_be_old()
    {
        const int Ahead = 8;
        var random = new Random(2);
        var table = new FlowTable(int.MaxValue, Seed);
        FlowKey[] keys = [.. Enumerable.Range(0, 50_000).Select(_ => Key(random.Next(500)))];
        FlowGuess[] guesses = new FlowGuess[keys.Length];
        int right = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            ulong hash = table.HashOf(keys[i]);
            int found = table.Find(keys[i], hash);
            Assert.Equal(found, table.Find(keys[i], hash, guesses[i]));
            right += found != FlowTable.None && found == guesses[i].Number ? 1 : 0;
            if (found == FlowTable.None)
            {
                table.Add(keys[i], hash);
            }
            else if (random.Next(2) == 0)
            {
                table.Remove(found);
            }

            if (i + Ahead < keys.Length)
            {
                guesses[i + Ahead] = table.Guess(table.HashOf(keys[i + Ahead]));
            }
        }

        Assert.InRange(right, keys.Length / 4, keys.Length); // else it would be of no use
    }

    [Fact]
    public unsafe void Memory_apart_from_the_collected_heap_is_zero_and_begins_where_it_should()
    {
        foreach (int size in (int[])[1, 4096, NativeBlock.HugePage, NativeBlock.HugePage + 1])
        {
            var block = new NativeBlock(size);
            Assert.Equal(0, (long)block.Start % (size >= NativeBlock.HugePage ? NativeBlock.HugePage : 64));
            Assert.Equal(-1, new ReadOnlySpan<byte>(block.Start, block.Size).IndexOfAnyExcept((byte)0));
            new Span<byte>(block.Start, block.Size).Fill(1);
            block.Free();
            Assert.True(block.Start is null);
        }
    }

    [Fact]
    public void Refuses_a_flow_beyond_its_limit_and_takes_one_again_after_a_removal()
    {
        var table = new FlowTable(limit: 2, Seed);
        int first = Add(table, 1);
        Add(table, 2);
        Assert.Equal(FlowTable.None, Add(table, 3));
        table.Remove(first);
        Assert.NotEqual(FlowTable.None, Add(table, 3));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void Entries_keep_their_number_while_the_table_grows()
    {
        var table = new FlowTable(int.MaxValue, Seed);
        int first = Add(table, 0);
        table[first].Bytes.A = 42;
        for (int i = 1; i < 100_000; i++)
        {
            Add(table, i);
        }

        FlowKey key = Key(0);
        Assert.Equal(first, table.Find(key, table.HashOf(key)));
        Assert.Equal(42, table[first].Bytes.A);
    }

    [Fact]
    public void A_number_used_again_starts_from_zero()
    {
        var table = new FlowTable(int.MaxValue, Seed);
        int number = Add(table, 1);
        table[number].Packets.B = 7;
        table.Tcp(number).TerminalSince = 9;
        table.Object(number) = "inspection";
        table.Remove(number);
        Assert.Equal(number, Add(table, 2));
        Assert.Equal(0, table[number].Packets.B);
        Assert.Equal(0, table.Tcp(number).TerminalSince);
        Assert.Null(table.Object(number));
    }

    [Fact]
    public void Both_directions_have_one_key_and_one_hash()
    {
        Packet there = PacketOf("10.0.0.9", 1000, "10.0.0.1", 443);
        Packet back = PacketOf("10.0.0.1", 443, "10.0.0.9", 1000);
        FlowKey first = FlowKey.Of(there, out int sender);
        FlowKey second = FlowKey.Of(back, out int other);
        Assert.Equal(first, second);
        Assert.Equal(first.Hash(Seed), second.Hash(Seed));
        Assert.Equal(1, sender);
        Assert.Equal(0, other);
    }

    [Fact]
    public void A_connection_of_an_address_to_itself_tells_its_sides_by_port()
    {
        FlowKey.Of(PacketOf("127.0.0.1", 50000, "127.0.0.1", 80), out int client);
        FlowKey.Of(PacketOf("127.0.0.1", 80, "127.0.0.1", 50000), out int server);
        Assert.NotEqual(client, server);
    }

    [Fact]
    public unsafe void Hot_entries_and_tcp_state_fill_their_cache_lines_exactly()
    {
        Assert.Equal(FlowEntry.Size, sizeof(FlowEntry));
        Assert.Equal(TcpTrack.Size, sizeof(TcpTrack));
    }

    private static int Add(FlowTable table, int i)
    {
        FlowKey key = Key(i);
        return table.Add(key, table.HashOf(key));
    }

    private static FlowKey Key(int i) => FlowKey.Of(PacketOf($"10.0.{i >> 8 & 255}.{i & 255}", (ushort)(i >> 16), "192.0.2.1", 443), out _);

    private static Packet PacketOf(string source, ushort sourcePort, string destination, ushort destinationPort) => new()
    {
        Source = IPAddressValue.From(System.Net.IPAddress.Parse(source)),
        Destination = IPAddressValue.From(System.Net.IPAddress.Parse(destination)),
        SourcePort = sourcePort,
        DestinationPort = destinationPort,
        Protocol = TransportProtocol.TCP,
        Traits = PacketTraits.HasPorts,
    };
}
