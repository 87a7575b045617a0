using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace NetMonitor.Shell.Hosting;

/// <summary>The terminal's size and keys. Reading the screen back is not possible on a Unix terminal and not offered.</summary>
internal sealed class ShellRawUI : PSHostRawUserInterface
{
    /// <summary>Lines of a screen when no terminal gives a number.</summary>
    private const int RedirectedHeight = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Size BufferSize
    {
        get => new(Width, Height);
        set { }
    }

    public override Size WindowSize
    {
        get => new(Width, Height);
        set { }
    }

    public override Size MaxWindowSize => new(Width, Height);

    public override Size MaxPhysicalWindowSize => new(Width, Height);

    public override Coordinates CursorPosition
    {
        get => new(0, 0);
        set
        {
            if (Streams.OutputHasColor)
            {
                // CUP counts from one (ECMA-48 8.3.21).
                Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{value.Y + 1};{value.X + 1}H"));
            }
        }
    }

    public override Coordinates WindowPosition
    {
        get => new(0, 0);
        set { }
    }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle { get; set; } = "NetMonitor";

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    private static int Width
    {
        get
        {
            if (Streams.OutputIsTerminal && Console.WindowWidth > 0)
            {
                return Console.WindowWidth;
            }
            return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), CultureInfo.InvariantCulture, out int columns) && columns > 0
                ? columns
                : Streams.RedirectedWidth;
        }
    }

    private static int Height => Streams.OutputIsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : RedirectedHeight;

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = Console.ReadKey(intercept: options.HasFlag(ReadKeyOptions.NoEcho));
        ControlKeyStates states = 0;
        states |= key.Modifiers.HasFlag(ConsoleModifiers.Shift) ? ControlKeyStates.ShiftPressed : 0;
        states |= key.Modifiers.HasFlag(ConsoleModifiers.Alt) ? ControlKeyStates.LeftAltPressed : 0;
        states |= key.Modifiers.HasFlag(ConsoleModifiers.Control) ? ControlKeyStates.LeftCtrlPressed : 0;
        return new KeyInfo((int)key.Key, key.KeyChar, states, keyDown: true);
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotOffered();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotOffered();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotOffered();

    /// <summary>Clear-Host asks for the whole screen to be filled with blanks; nothing else is offered.</summary>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        if (Streams.OutputHasColor)
        {
            Console.Out.Write("\e[H\e[2J\e[3J");
        }
    }

    private static PSNotSupportedException NotOffered() => new("This shell cannot read or scroll the terminal's screen.");
}
