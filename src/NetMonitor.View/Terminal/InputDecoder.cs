using System.Globalization;
using System.Text;

namespace NetMonitor.View;

/// <summary>
/// Makes the bytes of a terminal into input: UTF-8 text, control characters, the cursor keys of ECMA-48 and xterm ("ESC [ A", "ESC O A",
/// "ESC [ 1 ; 5 D", "ESC [ 5 ~"), the mouse in SGR form ("ESC [ &lt; 0 ; x ; y M"), and the answer to OSC 11. What is cut off at the end of one
/// read is kept for the next; what is not known is passed over.
/// </summary>
internal sealed class InputDecoder
{
    private const byte Escape = 0x1B;
    private const byte Bell = 0x07;
    private const byte Delete = 0x7F;
    private const int MaxPending = 256; // a sequence that does not end is none

    private static readonly Dictionary<string, string> Sequences = new()
    {
        ["A"] = "Up", ["B"] = "Down", ["C"] = "Right", ["D"] = "Left", ["H"] = "Home", ["F"] = "End", ["Z"] = "Shift+Tab",
        ["1~"] = "Home", ["3~"] = "Delete", ["4~"] = "End", ["5~"] = "PageUp", ["6~"] = "PageDown", ["7~"] = "Home", ["8~"] = "End",
        ["P"] = "F1", ["11~"] = "F1", ["Q"] = "F2", ["12~"] = "F2", ["R"] = "F3", ["13~"] = "F3", ["S"] = "F4", ["14~"] = "F4",
        ["15~"] = "F5", ["17~"] = "F6", ["18~"] = "F7", ["19~"] = "F8", ["20~"] = "F9", ["21~"] = "F10", ["23~"] = "F11", ["24~"] = "F12",
    };

    private byte[] _pending = [];

    /// <summary>True when bytes wait for their rest: an ESC that is followed by nothing is then the key.</summary>
    public bool HasPending => _pending.Length > 0;

    /// <summary>Reads the input of <paramref name="bytes"/>.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, Queue<TerminalInput> input)
    {
        byte[] all = [.. _pending, .. bytes];
        ReadOnlySpan<byte> rest = all;
        while (!rest.IsEmpty)
        {
            int taken = TakeOne(rest, input);
            if (taken == 0)
            {
                break;
            }

            rest = rest[taken..];
        }

        _pending = rest.Length > MaxPending ? [] : rest.ToArray();
    }

    /// <summary>Nothing more came: an ESC on its own was the key, and what else was cut off is lost.</summary>
    public void Flush(Queue<TerminalInput> input)
    {
        if (_pending is [Escape])
        {
            input.Enqueue(new KeyPress("Esc"));
        }

        _pending = [];
    }

    /// <returns>Bytes used; 0 when more are needed.</returns>
    private static int TakeOne(ReadOnlySpan<byte> bytes, Queue<TerminalInput> input)
    {
        if (bytes[0] != Escape)
        {
            return TakeCharacter(bytes, input);
        }

        if (bytes.Length == 1)
        {
            return 0;
        }

        switch (bytes[1])
        {
            case (byte)'[' or (byte)'O':
                return TakeSequence(bytes, input);
            case (byte)']':
                return TakeReport(bytes, input);
            case Escape:
                input.Enqueue(new KeyPress("Esc"));
                return 1;
            default:
                input.Enqueue(new KeyPress("Esc"));
                return 1;
        }
    }

    private static int TakeCharacter(ReadOnlySpan<byte> bytes, Queue<TerminalInput> input)
    {
        if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.NeedMoreData)
        {
            return 0;
        }

        KeyPress? key = bytes[0] switch
        {
            (byte)'\t' => new KeyPress("Tab"),
            (byte)'\r' or (byte)'\n' => new KeyPress("Enter"),
            (byte)'\b' or Delete => new KeyPress("Backspace"),
            0 => new KeyPress("Ctrl+Space"),
            < (byte)' ' => new KeyPress("Ctrl+" + (char)(bytes[0] + '@')),
            (byte)' ' => new KeyPress("Space", " "),
            _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control => null,
            _ => new KeyPress(rune.ToString(), rune.ToString()),
        };
        if (key is not null)
        {
            input.Enqueue(key);
        }

        return used;
    }

    /// <summary>Parameters, then a byte from '@' to '~' (ECMA-48 section 5.4).</summary>
    private static int TakeSequence(ReadOnlySpan<byte> bytes, Queue<TerminalInput> input)
    {
        int last = 2;
        while (last < bytes.Length && bytes[last] is < (byte)'@' or > (byte)'~')
        {
            last++;
        }

        if (last >= bytes.Length)
        {
            return 0;
        }

        string text = Encoding.ASCII.GetString(bytes[2..(last + 1)]);
        if (text[0] == '<')
        {
            TakeMouse(text, input);
        }
        else if (Sequences.TryGetValue(WithoutModifier(text, out string modifier), out string? name))
        {
            input.Enqueue(new KeyPress(modifier + name));
        }

        return last + 1;
    }

    /// <summary>"1;5D" is "D" with Ctrl, "5;2~" is "5~" with Shift (xterm: 1 + 1 Shift + 2 Alt + 4 Ctrl).</summary>
    private static string WithoutModifier(string text, out string modifier)
    {
        modifier = "";
        int semicolon = text.IndexOf(';');
        if (semicolon < 0 || !int.TryParse(text[(semicolon + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            return text;
        }

        code--;
        modifier = ((code & 4) != 0 ? "Ctrl+" : "") + ((code & 2) != 0 ? "Alt+" : "") + ((code & 1) != 0 ? "Shift+" : "");
        return text[^1] == '~' ? text[..semicolon] + "~" : text[^1..];
    }

    private static void TakeMouse(string text, Queue<TerminalInput> input)
    {
        const int WheelUp = 64;
        string[] parts = text[1..^1].Split(';');
        if (text[^1] != 'M' || parts.Length != 3
            || !int.TryParse(parts[0], out int button) || !int.TryParse(parts[1], out int x) || !int.TryParse(parts[2], out int y))
        {
            return;
        }

        MouseAction? action = button switch { 0 => MouseAction.Press, WheelUp => MouseAction.WheelUp, WheelUp + 1 => MouseAction.WheelDown, _ => null };
        if (action is { } known)
        {
            input.Enqueue(new MouseInput(known, x - 1, y - 1));
        }
    }

    /// <summary>"ESC ] 11 ; rgb:rrrr/gggg/bbbb" up to BEL or "ESC \".</summary>
    private static int TakeReport(ReadOnlySpan<byte> bytes, Queue<TerminalInput> input)
    {
        int end = bytes[2..].IndexOfAny(Bell, Escape);
        if (end < 0 || (bytes[2 + end] == Escape && bytes.Length < end + 4))
        {
            return 0;
        }

        string text = Encoding.ASCII.GetString(bytes.Slice(2, end));
        string[] parts = text.StartsWith("11;rgb:", StringComparison.Ordinal) ? text["11;rgb:".Length..].Split('/') : [];
        if (parts.Length == 3 && Channel(parts[0]) is { } red && Channel(parts[1]) is { } green && Channel(parts[2]) is { } blue)
        {
            input.Enqueue(new BackgroundColor(red, green, blue));
        }

        return bytes[2 + end] == Escape ? end + 4 : end + 3;
    }

    /// <summary>One to four hexadecimal digits, scaled to a byte (X11 color names).</summary>
    private static byte? Channel(string digits) => digits.Length is >= 1 and <= 4
        && int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int value)
            ? (byte)(value * byte.MaxValue / ((1 << (4 * digits.Length)) - 1))
            : null;
}
