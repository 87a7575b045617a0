namespace NetMonitor.View.Tests;

public sealed class TableTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1048576, "1.0 MiB")]
    [InlineData(1e30, "867361737988.4 EiB")]
    public void BytesHaveUnits(double bytes, string text) => Assert.Equal(text, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(-1, "0s")]
    [InlineData(59, "59s")]
    [InlineData(192, "3m12s")]
    [InlineData(7500, "2h05m")]
    [InlineData(356400, "4d03h")]
    public void AgesAreShort(int seconds, string text) => Assert.Equal(text, Quantity.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("abc", 5, "abc  ")]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("日本語", 4, "日… ")]
    [InlineData("abc", 0, "")]
    public void TextTakesItsCells(string text, int width, string expected) => Assert.Equal(expected, Cells.Fit(text, width));

    [Theory]
    [InlineData("192.168.100.200:50000", 15, "192.168.…:50000")]
    [InlineData("[2001:db8::1]:443", 12, "[2001:d…:443")]
    [InlineData("2001:db8::1", 8, "2001:db…")]
    [InlineData("10.0.0.1:80", 15, "10.0.0.1:80    ")]
    public void AnEndpointKeepsItsPort(string text, int width, string expected) => Assert.Equal(expected, Cells.FitEndpoint(text, width));

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(300)]
    public void ColumnsFillTheWidth(int width)
    {
        IReadOnlyList<(Column Column, int Width)> columns = TableLayout.Compute(Column.All, width);
        Assert.Equal(width, columns.Sum(column => column.Width) + (TableLayout.Gap * (columns.Count - 1)));
        Assert.Contains(columns, column => column.Column.Title == "Remote");
        Assert.Contains(columns, column => column.Column.Title == "Application");
        Assert.All(columns, column => Assert.True(column.Width >= column.Column.Minimum));
    }

    [Fact]
    public void AWideTerminalShowsEveryColumn() => Assert.Equal(Column.All.Count, TableLayout.Compute(Column.All, 160).Count);

    [Fact]
    public void KeysOfAUnixTerminalAreRead()
    {
        var keys = new Queue<ConsoleKeyInfo>();
        KeyDecoder.Decode("q\e[A\eOB\e[5~\e[99;5~\x03\e"u8, keys);
        Assert.Equal(
            [(ConsoleKey.None, 'q'), (ConsoleKey.UpArrow, '\0'), (ConsoleKey.DownArrow, '\0'), (ConsoleKey.PageUp, '\0'), (ConsoleKey.C, '\x03'), (ConsoleKey.Escape, '\e')],
            keys.Select(key => (key.Key, key.KeyChar)));
    }

    [Fact]
    public void EqualRowsKeepTheirOrder()
    {
        NetConnection[] rows = [.. Enumerable.Range(0, 50).Select(i => Connections.Make((ulong)i))];
        foreach (SortOrder order in SortOrder.All)
        {
            Assert.Equal(order.Sort(rows).Select(row => row.Id), order.Sort([.. rows.Reverse()]).Select(row => row.Id));
        }
    }
}
