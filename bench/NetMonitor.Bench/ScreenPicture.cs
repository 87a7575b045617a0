using System.Globalization;
using System.Net;
using System.Text;
using NetMonitor.View;

namespace NetMonitor.Bench;

/// <summary>Makes an SVG picture of a screen as "tmux capture-pane -e -p" gives it: lines of text with SGR sequences (ECMA-48).</summary>
internal static class ScreenPicture
{
    private const int CellWidth = 8;
    private const int CellHeight = 17;
    private const string Background = "#1b1e24";
    private const string Foreground = "#d5d8df";

    private static readonly string[] Sixteen =
    [
        "#3b4048", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5d8df",
        "#7f848e", "#f28b94", "#b5e08d", "#f0d197", "#7cc3ff", "#d898ee", "#76d1dc", "#ffffff",
    ];

    /// <summary>The picture.</summary>
    /// <param name="screen">The lines.</param>
    /// <param name="columns">The screen's columns.</param>
    /// <param name="title">What it shows, for those who cannot see it.</param>
    public static string Make(string screen, int columns, string title)
    {
        string[] lines = screen.TrimEnd('\n').Split('\n');
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{columns * CellWidth}\" height=\"{lines.Length * CellHeight}\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(title)}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"{Background}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<g font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"13\" fill=\"{Foreground}\" xml:space=\"preserve\">\n");
        var look = new Look();
        for (int y = 0; y < lines.Length; y++)
        {
            Line(svg, lines[y], y, look);
        }

        return svg.Append("</g>\n</svg>\n").ToString();
    }

    private static void Line(StringBuilder svg, string line, int y, Look look)
    {
        int x = 0;
        for (int i = 0; i < line.Length;)
        {
            if (line[i] == '\e')
            {
                int end = line.IndexOf('m', i);
                look.Obey(line[(i + 2)..end]);
                i = end + 1;
                continue;
            }

            int next = line.IndexOf('\e', i);
            string text = next < 0 ? line[i..] : line[i..next];
            Run(svg, text, x, y, look);
            x += View.CellWidth.Count(text);
            i += text.Length;
        }
    }

    private static void Run(StringBuilder svg, string text, int x, int y, Look look)
    {
        int width = View.CellWidth.Count(text) * CellWidth;
        (string fore, string? back) = look.Colors;
        if (back is not null)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x * CellWidth}\" y=\"{y * CellHeight}\" width=\"{width}\" height=\"{CellHeight}\" fill=\"{back}\"/>");
        }

        if (text.AsSpan().Trim().IsEmpty)
        {
            return;
        }

        string attributes = (look.Bold ? " font-weight=\"bold\"" : "") + (look.Underline ? " text-decoration=\"underline\"" : "") + (look.Dim ? " opacity=\"0.6\"" : "");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x * CellWidth}\" y=\"{(y * CellHeight) + 13}\" textLength=\"{width}\" fill=\"{fore}\"{attributes}>{WebUtility.HtmlEncode(text)}</text>\n");
    }

    /// <summary>How what follows looks.</summary>
    private sealed class Look
    {
        private string? _fore;
        private string? _back;
        private bool _reverse;

        public bool Bold { get; private set; }

        public bool Dim { get; private set; }

        public bool Underline { get; private set; }

        public (string Fore, string? Back) Colors => _reverse ? (_back ?? Background, _fore ?? Foreground) : (_fore ?? Foreground, _back);

        public void Obey(string parameters)
        {
            int[] codes = [.. parameters.Split(';').Select(code => int.TryParse(code, out int value) ? value : 0)];
            for (int i = 0; i < codes.Length; i++)
            {
                switch (codes[i])
                {
                    case 0:
                        (_fore, _back, _reverse, Bold, Dim, Underline) = (null, null, false, false, false, false);
                        break;
                    case 1:
                        Bold = true;
                        break;
                    case 2:
                        Dim = true;
                        break;
                    case 4:
                        Underline = true;
                        break;
                    case 7:
                        _reverse = true;
                        break;
                    case >= 30 and <= 37:
                        _fore = Sixteen[codes[i] - 30];
                        break;
                    case >= 90 and <= 97:
                        _fore = Sixteen[codes[i] - 82];
                        break;
                    case >= 40 and <= 47:
                        _back = Sixteen[codes[i] - 40];
                        break;
                    case >= 100 and <= 107:
                        _back = Sixteen[codes[i] - 92];
                        break;
                    case 38 or 48 when i + 4 < codes.Length && codes[i + 1] == 2:
                        string color = $"#{codes[i + 2]:x2}{codes[i + 3]:x2}{codes[i + 4]:x2}";
                        (_fore, _back) = codes[i] == 38 ? (color, _back) : (_fore, color);
                        i += 4;
                        break;
                    case 39:
                        _fore = null;
                        break;
                    case 49:
                        _back = null;
                        break;
                }
            }
        }
    }
}
