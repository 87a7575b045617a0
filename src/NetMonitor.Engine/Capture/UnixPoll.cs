using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetMonitor.Capture;

/// <summary>poll(2) on one descriptor.</summary>
internal static partial class UnixPoll
{
    /// <summary>Milliseconds of one wait: how long a cancellation can go unnoticed.</summary>
    public const int Interval = 100;

    private const short PollIn = 1;

    /// <summary>True when a read would not block: there are bytes, the end, or an error to fetch.</summary>
    public static bool WaitForInput(SafeFileHandle handle, int milliseconds)
    {
        bool added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return WaitForInput((int)handle.DangerousGetHandle(), milliseconds);
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>The same for a bare descriptor.</summary>
    public static bool WaitForInput(int descriptor, int milliseconds)
    {
        PollDescriptor poll = new() { Descriptor = descriptor, Events = PollIn };
        return Poll(ref poll, 1, milliseconds) > 0;     // -1 is EINTR in practice: the caller comes again
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
