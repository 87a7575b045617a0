namespace NetMonitor.View;

/// <summary>A part of the screen.</summary>
internal readonly record struct Area(int X, int Y, int Width, int Height)
{
    public int Bottom => Y + Height;

    public int Right => X + Width;

    public Area Rows(int from, int count) => new(X, Y + from, Width, Math.Max(0, Math.Min(count, Height - from)));

    public Area Columns(int from, int count) => new(X + from, Y, Math.Max(0, Math.Min(count, Width - from)), Height);
}

/// <summary>A canvas with its palette: what every page paints with.</summary>
internal sealed class Brush(Canvas canvas, Palette palette)
{
    public Canvas Canvas { get; } = canvas;

    public Palette Palette { get; } = palette;

    public Style this[Role role] => Palette[role];

    /// <summary>Writes text inside an area, on one of its lines.</summary>
    /// <returns>The column after it, from the left of the area.</returns>
    public int Text(Area area, int x, int y, string text, Role role = Role.Text) =>
        y < 0 || y >= area.Height ? x : Canvas.Write(area.X + x, area.Y + y, text, this[role], area.Width - x) - area.X;

    /// <summary>Writes text that ends at the right of an area.</summary>
    public void Right(Area area, int y, string text, Role role = Role.Text) =>
        Text(area, Math.Max(0, area.Width - CellWidth.Count(text)), y, text, role);

    /// <summary>A rule with a title: "── Traffic ─────".</summary>
    public void Title(Area area, int y, string title, string? right = null)
    {
        if (y < 0 || y >= area.Height)
        {
            return;
        }

        Text(area, 0, y, new string('─', Math.Max(0, area.Width)), Role.Border);
        Text(area, 1, y, $" {title} ", Role.Heading);
        if (right is not null && CellWidth.Count(right) + CellWidth.Count(title) + 6 < area.Width)
        {
            Text(area, area.Width - CellWidth.Count(right) - 3, y, $" {right} ", Role.Muted);
        }
    }

    /// <summary>A name and its value on one line. Where there is no room for both the name is cut: a number without its end would be another.</summary>
    public void Fact(Area area, int y, string label, string value, Role role = Role.Text)
    {
        int room = Math.Max(0, area.Width - CellWidth.Count(value) - 1);
        Text(area, 0, y, CellWidth.Count(label) > room ? CellWidth.Fit(label, room) : label, Role.Label);
        Right(area, y, CellWidth.Count(value) > area.Width ? CellWidth.Fit(value, area.Width) : value, role);
    }

    /// <summary>A bar of blocks, in eighths of a cell.</summary>
    public void Bar(Area area, int x, int y, int width, double share, Role role)
    {
        const string Eighths = " ▏▎▍▌▋▊▉";
        int eighths = (int)Math.Round(Math.Clamp(double.IsFinite(share) ? share : 0, 0, 1) * width * 8);
        string bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? Eighths[eighths % 8].ToString() : "");
        Text(area, x, y, bar.PadRight(width), role);
    }
}
