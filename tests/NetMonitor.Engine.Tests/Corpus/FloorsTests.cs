namespace NetMonitor.Tests.Corpus;

public sealed class FloorsTests
{
    private const string Row = "TLS SNI";

    [Fact]
    public void Below_a_floor_breaks_it_and_above_offers_to_raise_it()
    {
        Floors floors = new(new Dictionary<string, Floor> { [Row] = new(66.66, 99) });

        FloorVerdict verdict = floors.Check(Measured(truth: 3, found: 2, wrong: 1));

        Assert.Equal(["TLS SNI: precision 66.66 %, floor 99.00 % (-32.34)"], verdict.Broken);
        Assert.Empty(verdict.Raisable);
        Assert.Equal(["TLS SNI: recall 100.00 %, floor 66.66 % (+33.34)"], floors.Check(Measured(3, 3, 1)).Raisable);
    }

    [Fact]
    public void Finding_nothing_breaks_a_precision_floor_too() =>
        Assert.Equal(2, new Floors(new Dictionary<string, Floor> { [Row] = new(1, 1) }).Check(Measured(3, 0, 0)).Broken.Count);

    [Fact]
    public void A_line_without_a_floor_and_a_floor_without_a_line_break_the_test()
    {
        Floors floors = new(new Dictionary<string, Floor> { ["no longer measured"] = new(1, 1) });

        Assert.Equal(2, floors.Check(Measured(1, 1, 0)).Broken.Count);
    }

    [Fact]
    public void Nothing_to_find_breaks_nothing() =>
        Assert.Empty(new Floors(new Dictionary<string, Floor> { [Row] = new(99, 99) }).Check(Measured(0, 0, 0)).Broken);

    [Fact]
    public void Raising_never_lowers_and_never_rounds_up()
    {
        Floors raised = new Floors(new Dictionary<string, Floor> { [Row] = new(50, 99) }).RaisedTo(Measured(3, 2, 1));

        Assert.Equal(new Floor(66.66, 99), raised.Rows[Row]);
    }

    [Fact]
    public void Every_line_of_the_table_has_a_floor()
    {
        Floors floors = Floors.Read(Path.Combine(AppContext.BaseDirectory, "Corpus", "floors.json"));

        Assert.Equal(new Scorer().Rows.Keys.Order(), floors.Rows.Keys.Order());
    }

    private static Dictionary<string, Tally> Measured(long truth, long found, long wrong)
    {
        Tally tally = new();
        tally.Add(truth, found, wrong);
        return new Dictionary<string, Tally> { [Row] = tally };
    }
}
