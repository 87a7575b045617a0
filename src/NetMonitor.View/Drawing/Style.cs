namespace NetMonitor.View;

/// <summary>A color of a cell: the terminal's own, one of its 16 (ECMA-48 and the bright ones of aixterm), or red, green and blue.</summary>
internal readonly record struct Color
{
    private const int RgbFlag = 1 << 24;
    private readonly int _value;

    private Color(int value) => _value = value;

    /// <summary>The terminal's own color.</summary>
    public static Color Default => default;

    /// <summary>One of the 16: 0–7, and 8–15 bright.</summary>
    public static Color Ansi(int index) => new(index + 1);

    /// <summary>From 0xRRGGBB.</summary>
    public static Color Rgb(int rgb) => new(rgb | RgbFlag);

    public bool IsDefault => _value == 0;

    public bool IsRgb => _value >= RgbFlag;

    /// <summary>The index of one of the 16.</summary>
    public int Index => _value - 1;

    public byte Red => (byte)(_value >> 16);

    public byte Green => (byte)(_value >> 8);

    public byte Blue => (byte)_value;
}

/// <summary>Attributes of a cell.</summary>
[Flags]
internal enum Attributes : byte
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Underline = 4,
    Reverse = 8,
}

/// <summary>How a cell looks.</summary>
internal readonly record struct Style(Color Foreground, Color Background = default, Attributes Attributes = Attributes.None)
{
    public static Style Plain => default;

    public Style With(Attributes more) => this with { Attributes = Attributes | more };

    /// <summary>This style on the background and with the attributes of another.</summary>
    public Style On(Style under) => new(
        under.Foreground.IsDefault ? Foreground : under.Foreground,
        under.Background,
        Attributes | under.Attributes);
}

/// <summary>The colors a terminal knows.</summary>
internal enum ColorDepth
{
    /// <summary>None (NO_COLOR): attributes only.</summary>
    Mono,

    /// <summary>16.</summary>
    Sixteen,

    /// <summary>256 (xterm).</summary>
    Palette,

    /// <summary>Red, green and blue.</summary>
    True,
}
