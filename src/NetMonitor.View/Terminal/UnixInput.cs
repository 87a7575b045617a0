using System.Runtime.InteropServices;

namespace NetMonitor.View;

/// <summary>
/// The raw mode of a Unix terminal (POSIX termios) and reading it with a time limit. .NET's Console switches the echo off only while it
/// reads, so keys typed between two reads would appear in the picture; and a read of its cannot be given up.
/// </summary>
internal sealed unsafe partial class UnixInput : ITerminalInput
{
    private const int StandardInput = 0;
    private const int ApplyNow = 0; // TCSANOW
    private const short PollIn = 1; // POLLIN
    private const short PollGone = 0x8 | 0x10 | 0x20; // POLLERR, POLLHUP, POLLNVAL
    private const int StopSignal = 20; // SIGTSTP on Linux
    private const int StopSignalElsewhere = 18; // SIGTSTP on macOS and the BSDs
    private const int Interrupted = 4; // EINTR
    private const int TermiosSize = 128; // more than struct termios has on any system (60 bytes on Linux, 72 on macOS)

    private readonly byte[] _before = new byte[TermiosSize];
    private readonly byte[] _ours = new byte[TermiosSize];
    private readonly int[] _wakePipe = new int[2];
    private readonly Lock _lock = new();
    private bool _raw;
    private bool _disposed;

    public UnixInput()
    {
        fixed (int* ends = _wakePipe)
        {
            if (pipe(ends) != 0)
            {
                throw new IOException($"No pipe could be made (error {Marshal.GetLastPInvokeError()}).");
            }
        }
    }

    public void Enter()
    {
        lock (_lock)
        {
            byte* raw = stackalloc byte[TermiosSize];
            fixed (byte* before = _before)
            {
                if (!_raw && tcgetattr(StandardInput, before) != 0)
                {
                    return;
                }
            }

            _before.CopyTo(new Span<byte>(raw, TermiosSize));
            cfmakeraw(raw);
            _raw = tcsetattr(StandardInput, ApplyNow, raw) == 0;
            fixed (byte* ours = _ours)
            {
                _ = tcgetattr(StandardInput, ours); // as the system took it
            }
        }
    }

    public bool IsModeKept()
    {
        byte* now = stackalloc byte[TermiosSize];
        new Span<byte>(now, TermiosSize).Clear();
        return !_raw || tcgetattr(StandardInput, now) != 0 || new Span<byte>(now, TermiosSize).SequenceEqual(_ours);
    }

    public void Leave()
    {
        lock (_lock)
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
    }

    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { FileDescriptor = StandardInput, Events = PollIn };
        descriptors[1] = new PollDescriptor { FileDescriptor = _wakePipe[0], Events = PollIn };
        if (poll(descriptors, 2, (int)Math.Ceiling(wait.TotalMilliseconds)) <= 0)
        {
            return 0;
        }

        fixed (byte* start = buffer)
        {
            if (descriptors[1].Returned != 0)
            {
                _ = read(_wakePipe[0], start, (nuint)buffer.Length); // the wakes so far, answered by this return
            }

            if ((descriptors[0].Returned & PollIn) != 0)
            {
                nint count = read(StandardInput, start, (nuint)buffer.Length);
                return count > 0 || (count < 0 && Marshal.GetLastPInvokeError() == Interrupted)
                    ? (int)Math.Max(0, count)
                    : throw new IOException("The terminal is gone.");
            }

            return (descriptors[0].Returned & PollGone) == 0 ? 0 : throw new IOException("The terminal is gone.");
        }
    }

    public void Wake()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                byte something = 0;
                _ = write(_wakePipe[1], &something, 1);
            }
        }
    }

    public void Stop() => _ = kill(0, OperatingSystem.IsLinux() ? StopSignal : StopSignalElsewhere);

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = close(_wakePipe[0]);
                _ = close(_wakePipe[1]);
            }
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

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fileDescriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe(int* ends);

    [LibraryImport("libc")]
    private static partial int close(int fileDescriptor);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int FileDescriptor;
        public short Events;
        public short Returned;
    }
}
