namespace NetMonitor.View;

/// <summary>The nearest color a terminal with fewer of them has.</summary>
internal static class ColorReduction
{
    private const int CubeStart = 16;   // xterm's 256 colors: 16, a cube of 6 × 6 × 6, 24 grays
    private const int GrayStart = 232;
    private static readonly int[] CubeLevels = [0, 95, 135, 175, 215, 255];

    /// <summary>The 16 as xterm shows them by default.</summary>
    private static readonly int[] Sixteen =
    [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ];

    /// <summary>Of xterm's 256.</summary>
    public static int ToPalette(Color color)
    {
        int red = NearestLevel(color.Red);
        int green = NearestLevel(color.Green);
        int blue = NearestLevel(color.Blue);
        int gray = Math.Clamp((((color.Red + color.Green + color.Blue) / 3) - 3) / 10, 0, 23);
        int grayLevel = 8 + (gray * 10);
        return Distance(color, CubeLevels[red], CubeLevels[green], CubeLevels[blue]) <= Distance(color, grayLevel, grayLevel, grayLevel)
            ? CubeStart + (36 * red) + (6 * green) + blue
            : GrayStart + gray;
    }

    /// <summary>Of the 16.</summary>
    public static int ToSixteen(Color color) => Enumerable.Range(0, Sixteen.Length)
        .MinBy(i => Distance(color, Sixteen[i] >> 16, (Sixteen[i] >> 8) & 0xFF, Sixteen[i] & 0xFF));

    private static int NearestLevel(byte value) => Enumerable.Range(0, CubeLevels.Length).MinBy(i => Math.Abs(CubeLevels[i] - value));

    private static int Distance(Color color, int red, int green, int blue) =>
        ((color.Red - red) * (color.Red - red)) + ((color.Green - green) * (color.Green - green)) + ((color.Blue - blue) * (color.Blue - blue));
}
