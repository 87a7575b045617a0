using System.Runtime.InteropServices;

namespace NetMonitor.View;

/// <summary>
/// The raw mode of a Unix terminal (POSIX termios) and reading it with a time limit. .NET's Console switches the echo off only while it
/// reads, so keys typed between two reads would appear in the picture; and a read of its cannot be given up.
/// </summary>
internal sealed unsafe partial class UnixTerminalMode
{
    private const int StandardInput = 0;
    private const int ApplyNow = 0; // TCSANOW
    private const short PollIn = 1; // POLLIN
    private const int TermiosSize = 128; // more than struct termios has on any system (60 bytes on Linux, 72 on macOS)

    private readonly byte[] _before = new byte[TermiosSize];
    private bool _raw;

    /// <summary>Switches echo, line mode and signal keys off. Does nothing when standard input is no terminal.</summary>
    public void Enter()
    {
        fixed (byte* before = _before)
        {
            if (_raw || tcgetattr(StandardInput, before) != 0)
            {
                return;
            }

            byte* raw = stackalloc byte[TermiosSize];
            _before.CopyTo(new Span<byte>(raw, TermiosSize));
            cfmakeraw(raw);
            _raw = tcsetattr(StandardInput, ApplyNow, raw) == 0;
        }
    }

    /// <summary>Puts the mode back as it was.</summary>
    public void Leave()
    {
        if (_raw)
        {
            fixed (byte* before = _before)
            {
                _ = tcsetattr(StandardInput, ApplyNow, before);
            }

            _raw = false;
        }
    }

    /// <summary>Bytes typed, at most after a time. 0: none, or a signal (a new size) ended the wait.</summary>
    public static int Read(Span<byte> buffer, TimeSpan wait)
    {
        var descriptor = new PollDescriptor { FileDescriptor = StandardInput, Events = PollIn };
        if (poll(&descriptor, 1, (int)Math.Ceiling(wait.TotalMilliseconds)) <= 0)
        {
            return 0;
        }

        fixed (byte* start = buffer)
        {
            return (int)Math.Max(0, read(StandardInput, start, (nuint)buffer.Length));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int fileDescriptor, byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int fileDescriptor, int when, byte* termios);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fileDescriptor, byte* buffer, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int FileDescriptor;
        public short Events;
        public short Returned;
    }
}
