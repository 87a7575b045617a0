using System.Runtime.InteropServices;
using System.Text;

namespace NetMonitor.View;

/// <summary>
/// The keyboard of a Windows console as a stream of virtual terminal input (Windows 10 and later), so that keys and mouse come in the same
/// sequences as on Unix. https://learn.microsoft.com/windows/console/setconsolemode, …/readconsoleinput
/// </summary>
internal sealed unsafe partial class WindowsInput : ITerminalInput
{
    private const int StandardInput = -10; // STD_INPUT_HANDLE
    private const int StandardOutput = -11; // STD_OUTPUT_HANDLE
    private const uint EnableWindowInput = 0x8; // ENABLE_WINDOW_INPUT
    private const uint EnableExtendedFlags = 0x80; // ENABLE_EXTENDED_FLAGS, without quick edit: a click is ours
    private const uint EnableVirtualTerminalInput = 0x200; // ENABLE_VIRTUAL_TERMINAL_INPUT
    private const uint EnableProcessedOutput = 0x1; // ENABLE_PROCESSED_OUTPUT
    private const uint EnableVirtualTerminalProcessing = 0x4; // ENABLE_VIRTUAL_TERMINAL_PROCESSING
    private const ushort KeyEvent = 1; // KEY_EVENT
    private const int RecordsPerRead = 64;

    private readonly nint _input = GetStdHandle(StandardInput);
    private readonly nint _output = GetStdHandle(StandardOutput);
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly StringBuilder _typed = new();
    private (uint Input, uint Output)? _before;

    public void Enter()
    {
        if (_before is null && GetConsoleMode(_input, out uint input) && GetConsoleMode(_output, out uint output))
        {
            _before = (input, output);
        }

        if (_before is { } before)
        {
            SetConsoleMode(_input, EnableWindowInput | EnableExtendedFlags | EnableVirtualTerminalInput);
            SetConsoleMode(_output, before.Output | EnableProcessedOutput | EnableVirtualTerminalProcessing);
        }
    }

    public bool IsModeKept() => true; // Windows has no job control.

    public void Leave()
    {
        if (_before is { } before)
        {
            SetConsoleMode(_input, before.Input);
            SetConsoleMode(_output, before.Output);
            _before = null;
        }
    }

    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        nint* handles = stackalloc nint[2];
        handles[0] = _input;
        handles[1] = _wake.SafeWaitHandle.DangerousGetHandle();
        if (WaitForMultipleObjects(2, handles, waitAll: false, (uint)Math.Ceiling(wait.TotalMilliseconds)) != 0)
        {
            return 0;
        }

        InputRecord* records = stackalloc InputRecord[RecordsPerRead];
        if (!ReadConsoleInput(_input, records, RecordsPerRead, out uint count))
        {
            throw new IOException("The console is gone.");
        }

        for (int i = 0; i < count; i++)
        {
            if (records[i] is { Kind: KeyEvent, KeyDown: not 0, Character: not '\0' } key)
            {
                _typed.Append(key.Character);
            }
        }

        // What does not fit waits for the next read; a character is never cut in two.
        int taken = Math.Min(_typed.Length, buffer.Length / 4);
        int written = Encoding.UTF8.GetBytes(_typed.ToString(0, taken), buffer);
        _typed.Remove(0, taken);
        return written;
    }

    public void Wake() => _wake.Set();

    public void Stop()
    {
        // Windows has no job control.
    }

    public void Dispose() => _wake.Dispose();

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);

    [LibraryImport("kernel32")]
    private static partial uint WaitForMultipleObjects(uint count, nint* handles, [MarshalAs(UnmanagedType.Bool)] bool waitAll, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "ReadConsoleInputW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadConsoleInput(nint handle, InputRecord* records, uint length, out uint count);

    /// <summary>INPUT_RECORD with the fields of KEY_EVENT_RECORD that are used: 20 bytes, the event at offset 4.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 20)]
    private struct InputRecord
    {
        [FieldOffset(0)]
        public ushort Kind;

        [FieldOffset(4)]
        public int KeyDown;

        [FieldOffset(14)]
        public char Character;
    }
}
