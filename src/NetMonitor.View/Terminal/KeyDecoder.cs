namespace NetMonitor.View;

/// <summary>Makes the bytes of a Unix terminal into keys: plain ones, and the cursor keys of ECMA-48 and xterm ("ESC [ A", "ESC O A", "ESC [ 5 ~").</summary>
internal static class KeyDecoder
{
    private const byte Escape = 0x1B;
    private const byte EndOfText = 0x03; // what Ctrl+C sends in raw mode

    private static readonly Dictionary<string, ConsoleKey> Sequences = new()
    {
        ["A"] = ConsoleKey.UpArrow,
        ["B"] = ConsoleKey.DownArrow,
        ["H"] = ConsoleKey.Home,
        ["F"] = ConsoleKey.End,
        ["1~"] = ConsoleKey.Home,
        ["4~"] = ConsoleKey.End,
        ["5~"] = ConsoleKey.PageUp,
        ["6~"] = ConsoleKey.PageDown,
    };

    /// <summary>Reads the keys of <paramref name="bytes"/> into <paramref name="keys"/>. What is not known is passed over.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, Queue<ConsoleKeyInfo> keys)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == Escape && bytes.Length > 2 && bytes[1] is (byte)'[' or (byte)'O')
            {
                // Parameters end with a byte from '@' to '~' (ECMA-48 section 5.4).
                int last = 2;
                while (last < bytes.Length - 1 && bytes[last] is < (byte)'@' or > (byte)'~')
                {
                    last++;
                }

                if (Sequences.TryGetValue(System.Text.Encoding.ASCII.GetString(bytes[2..(last + 1)]), out ConsoleKey key))
                {
                    keys.Enqueue(new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false));
                }

                bytes = bytes[(last + 1)..];
                continue;
            }

            keys.Enqueue(bytes[0] switch
            {
                EndOfText => new ConsoleKeyInfo('\x03', ConsoleKey.C, shift: false, alt: false, control: true),
                Escape => new ConsoleKeyInfo('\e', ConsoleKey.Escape, shift: false, alt: false, control: false),
                byte other => new ConsoleKeyInfo((char)other, ConsoleKey.None, shift: false, alt: false, control: false),
            });
            bytes = bytes[1..];
        }
    }
}
