using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Flows;

public sealed class RatesTests
{
    private const int Header = 28;

    [Fact]
    public void A_steady_flow_has_the_same_rate_over_all_windows()
    {
        var talk = new Conversation();
        for (int i = 0; i < 100 * 120; i++)
        {
            talk.Wait(10 * Conversation.Millisecond).Udp(fromClient: true, 1000 - Header).Udp(fromClient: false, 500 - Header);
        }

        NetConnection row = talk.Only;
        Assert.All([row.SendRate, row.SendRates.OneSecond, row.SendRates.TenSeconds, row.SendRates.SixtySeconds], rate => Assert.InRange(rate, 98_000, 102_000));
        Assert.All([row.ReceiveRate, row.ReceiveRates.OneSecond, row.ReceiveRates.TenSeconds, row.ReceiveRates.SixtySeconds], rate => Assert.InRange(rate, 49_000, 51_000));
    }

    [Fact]
    public void A_transfer_shorter_than_a_second_shows_its_rate_and_fades()
    {
        Conversation talk = new Conversation().Udp(fromClient: true, 100_000 - Header);
        Assert.Equal(100_000, talk.Only.SendRate);
        Assert.Equal(new RateSet(100_000, 10_000, 100_000 / 60.0), talk.Only.SendRates);
        Assert.InRange(talk.Wait(Conversation.Second).Only.SendRate, 36_000, 37_500); // 1/e
        Assert.InRange(talk.Wait(4 * Conversation.Second).Only.SendRate, 1, 1000);
        Assert.Equal(0, talk.Wait(6 * Conversation.Second).Only.SendRate);
    }

    [Fact]
    public void A_window_forgets_what_is_older()
    {
        Conversation talk = new Conversation().Udp(fromClient: true, 6000 - Header);
        Assert.Equal(new RateSet(0, 600, 100), talk.Wait(9 * Conversation.Second).Only.SendRates);
        Assert.Equal(new RateSet(0, 0, 100), talk.Wait(2 * Conversation.Second).Only.SendRates);
        Assert.Equal(new RateSet(0, 0, 100), talk.Wait(39 * Conversation.Second).Only.SendRates);
        Assert.Equal(default, talk.Wait(21 * Conversation.Second).Only.SendRates);
    }

    [Fact]
    public void Windows_agree_with_a_list_of_all_that_was_sent()
    {
        var random = new Random(4);
        var sent = new List<(long Time, int Bytes)>();
        var talk = new Conversation();
        for (int i = 0; i < 3000; i++)
        {
            long longest = random.Next(40) switch { 0 => 100 * Conversation.Second, < 10 => 9 * Conversation.Second, _ => Conversation.Second / 5 };
            talk.Wait(random.NextInt64(longest));
            int bytes = random.Next(Header, 1500);
            talk.Udp(fromClient: true, bytes - Header);
            sent.Add((talk.Now, bytes));
            RateSet rates = talk.Only.SendRates;

            // The oldest second of ten, and the oldest ten of sixty, are known as a whole: they count in part.
            Check(rates.TenSeconds * 10, within: 9, atMost: 11);
            Check(rates.SixtySeconds * 60, within: 50, atMost: 70);
        }

        void Check(double bytes, int within, int atMost)
        {
            double Of(int seconds) => sent.Where(one => one.Time > talk.Now - (seconds * Conversation.Second)).Sum(one => (double)one.Bytes);
            Assert.InRange(bytes, Of(within) - 1, Of(atMost) + 1);
        }
    }

    [Fact]
    public void Long_rates_go_with_their_flow()
    {
        var table = new FlowTable(limit: 10, seed: 1);
        var packet = new Packet { Protocol = TransportProtocol.UDP, SourcePort = 1, DestinationPort = 2 };
        FlowKey key = FlowKey.Of(packet, out _);
        const long Second = 1_700_000_000;
        int number = table.Add(key, table.HashOf(key));
        Assert.False(table.Rates.Has(number));
        table.Rates[number].Push(Second, new BySide<uint> { A = 5 }, Second + 1);
        Assert.Equal(0.5, Read().TenSeconds);

        table.Remove(number);
        Assert.Equal(number, table.Add(key, table.HashOf(key)));
        Assert.Equal(default, Read());

        RateSet Read() => table.Rates[number].Read(0, default, (Second + 1) * Conversation.Second, (Second + 1) * Conversation.Second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(9.99)]
    [InlineData(10.25)]
    [InlineData(11)]
    [InlineData(59.5)]
    [InlineData(63)]
    [InlineData(80)]
    public void A_flow_of_one_second_is_read_the_same_without_long_rates(double later)
    {
        const long Last = (1_700_000_003 * Conversation.Second) + 250_000_000;
        long now = Last + (long)(later * Conversation.Second);
        RateWindow window = default;
        window.Add(1, 12_345);
        LongRates none = default;
        Assert.Equal(none.Read(1, window, Last, now), LongRates.ReadAlone(1, window, Last, now));
    }

    [Fact]
    public void A_capture_may_begin_at_time_zero()
    {
        var talk = new Conversation { Now = 0 };
        talk.Udp(fromClient: true, 600 - Header);
        Assert.Equal(new RateSet(600, 60, 10), talk.Only.SendRates);
        Assert.Equal(new RateSet(0, 60, 10), talk.Wait(2 * Conversation.Second).Only.SendRates);
    }

    [Fact]
    public void A_meter_tells_the_rates_of_two_counts()
    {
        const long Start = 1_700_000_000 * Conversation.Second;
        var meter = new RateMeter();
        for (int i = 0; i < 600; i++)
        {
            meter.Add(0, 3, Start + (i * Conversation.Second / 10));
            meter.Add(1, 1, Start + (i * Conversation.Second / 10));
        }

        RateSet first = meter.Read(0, Start + (60 * Conversation.Second));
        Assert.InRange(first.TenSeconds, 29, 31);
        Assert.InRange(meter.Read(1, Start + (60 * Conversation.Second)).SixtySeconds, 9.8, 10.2);
        Assert.Equal(default, meter.Read(0, Start + (200 * Conversation.Second)));
    }
}
