using System.Globalization;
using System.Text;
using static NetMonitor.View.ControlSequences;

namespace NetMonitor.View;

/// <summary>
/// Shows canvases by writing only the cells that changed, as one synchronized update: no flicker, and little to send over a slow link.
/// A terminal may hold another opinion than we of how wide a character is, so after each that is not ASCII the cursor is placed anew.
/// </summary>
internal sealed class Screen(ITerminal terminal, ColorDepth depth)
{
    private const int WorthSkipping = 6; // cells: about the length of the sequence that skips them

    private readonly StringBuilder _update = new();
    private Cell[] _drawn = [];
    private int _width;
    private Style _style;
    private (int X, int Y)? _cursor;

    /// <summary>Forgets what is on the screen: the next frame is drawn whole.</summary>
    public void Forget() => _width = 0;

    /// <summary>Draws a whole frame; a terminal of another size than before is drawn anew.</summary>
    public void Draw(Canvas canvas)
    {
        _update.Clear();
        _style = default;
        if (canvas.Width != _width || canvas.Height * canvas.Width != _drawn.Length)
        {
            _update.Append(ResetStyle).Append(ClearScreen);
            _drawn = new Cell[canvas.Width * canvas.Height];
            _width = canvas.Width;
        }

        for (int y = 0; y < canvas.Height; y++)
        {
            DrawRow(canvas.Row(y), _drawn.AsSpan(y * _width, _width), y);
        }

        if (_style != default)
        {
            _update.Append(ResetStyle);
        }

        if (canvas.Cursor is { } cursor && (canvas.Cursor != _cursor || _update.Length > 0))
        {
            Move(cursor.X, cursor.Y);
            _update.Append(ShowCursor);
        }
        else if (canvas.Cursor is null && _cursor is not null)
        {
            _update.Append(HideCursor);
        }

        _cursor = canvas.Cursor;
        if (_update.Length > 0)
        {
            terminal.Write(_update.Insert(0, BeginSynchronizedUpdate).Append(EndSynchronizedUpdate).ToString());
        }
    }

    private void DrawRow(ReadOnlySpan<Cell> row, Span<Cell> drawn, int y)
    {
        int at = -1; // where the cursor stands on this line; -1: elsewhere
        for (int x = 0; x < row.Length; x++)
        {
            if (row[x] == drawn[x])
            {
                continue;
            }

            if (row[x].Text is "")
            {
                drawn[x] = row[x]; // Its first half is written, and brings it.
                if (x > 0 && at != x)
                {
                    WriteCell(row, x - 1, y, ref at);
                }

                continue;
            }

            if (at >= 0 && at < x && x - at < WorthSkipping)
            {
                for (int between = at; between < x; between++)
                {
                    WriteCell(row, between, y, ref at);
                }
            }

            WriteCell(row, x, y, ref at);
            drawn[x] = row[x];
        }
    }

    private void WriteCell(ReadOnlySpan<Cell> row, int x, int y, ref int at)
    {
        if (row[x].Text is "")
        {
            return;
        }

        if (at != x)
        {
            Move(x, y);
        }

        if (row[x].Look != _style)
        {
            _style = row[x].Look;
            _update.Append("\e[0");
            AppendStyle(_style);
            _update.Append('m');
        }

        string text = row[x].Text ?? " ";
        _update.Append(text);
        at = text.Length == 1 && text[0] < 128 ? x + 1 : -1;
    }

    private void Move(int x, int y) => _update.Append(CultureInfo.InvariantCulture, $"\e[{y + 1};{x + 1}H");

    private void AppendStyle(Style style)
    {
        if (style.Attributes.HasFlag(Attributes.Bold))
        {
            _update.Append(";1");
        }

        if (style.Attributes.HasFlag(Attributes.Dim))
        {
            _update.Append(";2");
        }

        if (style.Attributes.HasFlag(Attributes.Underline))
        {
            _update.Append(";4");
        }

        if (style.Attributes.HasFlag(Attributes.Reverse))
        {
            _update.Append(";7");
        }

        if (depth != ColorDepth.Mono)
        {
            AppendColor(style.Foreground, background: false);
            AppendColor(style.Background, background: true);
        }
    }

    /// <summary>ECMA-48 30–37 and 40–47, aixterm 90–97 and 100–107, ISO 8613-6 38 and 48 in xterm's form.</summary>
    private void AppendColor(Color color, bool background)
    {
        if (color.IsDefault)
        {
            return;
        }

        int layer = background ? 10 : 0;
        if (!color.IsRgb)
        {
            AppendIndexed(color.Index, layer);
        }
        else if (depth == ColorDepth.True)
        {
            _update.Append(CultureInfo.InvariantCulture, $";{38 + layer};2;{color.Red};{color.Green};{color.Blue}");
        }
        else if (depth == ColorDepth.Palette)
        {
            _update.Append(CultureInfo.InvariantCulture, $";{38 + layer};5;{ColorReduction.ToPalette(color)}");
        }
        else
        {
            AppendIndexed(ColorReduction.ToSixteen(color), layer);
        }
    }

    private void AppendIndexed(int index, int layer) =>
        _update.Append(CultureInfo.InvariantCulture, $";{(index < 8 ? 30 + index : 82 + index) + layer}");
}
