namespace NetMonitor.View;

/// <summary>A chart of values over time in braille (Unicode 2800–28FF: two columns and four lines of dots a cell), the newest at the right.</summary>
internal static class Chart
{
    private const int DotsAcross = 2;
    private const int DotsDown = 4;
    private const char Blank = '\u2800';

    /// <summary>The bits of the dots of a cell, by column, from the bottom up (Unicode 15, "Braille Patterns").</summary>
    private static readonly int[][] Dots = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];

    /// <summary>Draws values as a filled curve.</summary>
    /// <param name="brush">What to draw with.</param>
    /// <param name="area">Where.</param>
    /// <param name="values">The values, the newest last; null where there is none.</param>
    /// <param name="max">The value at the top.</param>
    /// <param name="role">How.</param>
    /// <param name="down">True to hang from the top instead of standing on the bottom.</param>
    public static void Fill(Brush brush, Area area, IReadOnlyList<double?> values, double max, Role role, bool down = false)
    {
        int across = area.Width * DotsAcross;
        int high = area.Height * DotsDown;
        Span<int> cells = area.Width * area.Height <= 4096 ? stackalloc int[Math.Max(1, area.Width * area.Height)] : new int[area.Width * area.Height];
        for (int dot = 0; dot < across; dot++)
        {
            // A wide chart stretches the minute, a narrow one shows the end of it.
            int back = across - 1 - dot;
            int index = values.Count - 1 - (across > Ledger.MaxTicks ? back * Ledger.MaxTicks / across : back);
            if (index < 0 || values[index] is not { } value || max <= 0 || value <= 0)
            {
                continue;
            }

            int height = Math.Clamp((int)Math.Ceiling(value / max * high), 1, high);
            for (int level = 0; level < height; level++)
            {
                int line = down ? level / DotsDown : area.Height - 1 - (level / DotsDown);
                int step = down ? DotsDown - 1 - (level % DotsDown) : level % DotsDown;
                cells[(line * area.Width) + (dot / DotsAcross)] |= Dots[dot % DotsAcross][step];
            }
        }

        Span<char> text = stackalloc char[Math.Max(1, Math.Min(area.Width, 1024))];
        for (int line = 0; line < area.Height; line++)
        {
            for (int x = 0; x < Math.Min(area.Width, text.Length); x++)
            {
                int bits = cells[(line * area.Width) + x];
                text[x] = bits == 0 ? ' ' : (char)(Blank + bits);
            }

            brush.Canvas.Write(area.X, area.Y + line, text[..Math.Min(area.Width, text.Length)], brush[role], area.Width);
        }
    }

    /// <summary>A round number at or above the greatest value: 1, 2 or 5 times a power of ten, so that the scale seldom changes.</summary>
    public static double Ceiling(IEnumerable<double?> values, double least)
    {
        double max = Math.Max(least, values.Max() ?? 0);
        double power = Math.Pow(10, Math.Floor(Math.Log10(max)));
        return max <= power ? power : max <= 2 * power ? 2 * power : max <= 5 * power ? 5 * power : 10 * power;
    }
}
