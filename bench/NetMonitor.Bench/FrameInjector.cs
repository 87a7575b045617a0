using System.Diagnostics;
using System.Runtime.InteropServices;
using NetMonitor.Bench.Generation;

namespace NetMonitor.Bench;

/// <summary>
/// Puts frames into an interface as if they had come over its wire: the kernel runs an XDP program over copies of one frame, which gives each another source port and
/// lets it pass (bpf(2) BPF_PROG_TEST_RUN with live frames). Several times as fast as a packet socket sends. Linux 5.18 and later, root; x64 and Arm64.
/// </summary>
internal static unsafe partial class FrameInjector
{
    private const int LoadProgram = 5;          // BPF_PROG_LOAD
    private const int RunProgram = 10;          // BPF_PROG_TEST_RUN
    private const uint XdpProgram = 6;          // BPF_PROG_TYPE_XDP
    private const uint LiveFrames = 2;          // BPF_F_TEST_XDP_LIVE_FRAMES
    private const int Batch = 64;
    private const int MostAtOnce = 1 << 16;     // frames; between them it is seen whether the time is over
    private const int CallsPerSecond = 100;     // at a given rate
    private const int SourcePortAt = 34;        // of UDP over IPv4 over Ethernet

    /// <summary>
    /// <c>if (data + 36 &lt;= data_end) *(u16 *)(data + 34) = htons(20000 + (bpf_get_prandom_u32() &amp; 1023)); return XDP_PASS;</c> in instructions of eight bytes
    /// (RFC 9669): operation, registers, offset, constant.
    /// </summary>
    private static readonly ulong[] Program =
    [
        Instruction(0x61, 7, 1, 0, 0),                  // r7 = ctx->data
        Instruction(0x61, 3, 1, 4, 0),                  // r3 = ctx->data_end
        Instruction(0xBF, 4, 7, 0, 0),                  // r4 = r7
        Instruction(0x07, 4, 0, 0, SourcePortAt + 2),   // r4 += 36
        Instruction(0x2D, 4, 3, 5, 0),                  // if (r4 > r3) skip 5
        Instruction(0x85, 0, 0, 0, 7),                  // r0 = bpf_get_prandom_u32()
        Instruction(0x57, 0, 0, 0, 1023),               // r0 &= 1023
        Instruction(0x07, 0, 0, 0, 20_000),             // r0 += 20000
        Instruction(0xDC, 0, 0, 0, 16),                 // r0 = htons(r0)
        Instruction(0x6B, 7, 0, SourcePortAt, 0),       // *(u16 *)(r7 + 34) = r0
        Instruction(0xB7, 0, 0, 0, 2),                  // r0 = XDP_PASS
        Instruction(0x95, 0, 0, 0, 0),                  // return r0
    ];

    /// <summary>Injects until the time is over.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="size">Of a frame, bytes.</param>
    /// <param name="rate">Frames per second; more than is possible for as many as are.</param>
    /// <param name="time">How long.</param>
    /// <returns>Frames injected, and frames per second reached.</returns>
    public static (long Sent, double Rate) Inject(string name, int size, double rate, TimeSpan time)
    {
        byte[] frame = new byte[PcapWriter.MaxFrame];
        FrameBuilder.WriteUdp(frame, new Ends(0x0A01_0000, 20_000, 0xC612_0001, 20_003), fromClient: true, size - FrameBuilder.UdpHeaders);
        var context = new Context { End = (uint)size, Interface = uint.Parse(File.ReadAllText($"/sys/class/net/{name}/ifindex")) };
        int program = Load();
        long start = Stopwatch.GetTimestamp();
        long sent = 0;
        fixed (byte* data = frame)
        {
            for (TimeSpan passed = TimeSpan.Zero; passed < time; passed = Stopwatch.GetElapsedTime(start))
            {
                long due = (long)(passed.TotalSeconds * rate) - sent;
                if (due < Math.Min(MostAtOnce, rate / CallsPerSecond))
                {
                    Thread.Sleep(1);
                    continue;
                }

                var run = new Run
                {
                    Program = program, DataSize = (uint)size, Data = data, Repeat = (uint)Math.Min(due, MostAtOnce), ContextSize = (uint)sizeof(Context), Context = &context,
                    Flags = LiveFrames, BatchSize = Batch,
                };
                Check(Bpf(RunProgram, &run, sizeof(Run)), "cannot be run");
                sent += run.Repeat;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (sent, sent / seconds);
    }

    private static int Load()
    {
        fixed (ulong* instructions = Program)
        fixed (byte* license = "GPL\0"u8)
        {
            var load = new ProgramToLoad { Type = XdpProgram, Count = (uint)Program.Length, Instructions = instructions, License = license };
            return Check(Bpf(LoadProgram, &load, sizeof(ProgramToLoad)), "is refused");
        }
    }

    private static int Check(int result, string failure) =>
        result >= 0 ? result : throw new InvalidOperationException($"The XDP program {failure}: {Marshal.GetLastPInvokeErrorMessage()}.");

    private static ulong Instruction(byte operation, int to, int from, short offset, int constant) =>
        operation | ((ulong)to << 8) | ((ulong)from << 12) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)constant << 32);

    private static int Bpf(int command, void* attributes, int size) =>
        (int)SystemCall(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321, command, attributes, (uint)size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, void* attributes, nuint size);

    /// <summary>union bpf_attr of BPF_PROG_LOAD, as far as it is used.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 72)]
    private struct ProgramToLoad
    {
        public uint Type;
        public uint Count;
        public ulong* Instructions;
        public byte* License;
    }

    /// <summary>union bpf_attr of BPF_PROG_TEST_RUN.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Run
    {
        public int Program;
        public uint Returned;
        public uint DataSize;
        public uint DataOutSize;
        public byte* Data;
        public byte* DataOut;
        public uint Repeat;
        public uint Duration;
        public uint ContextSize;
        public uint ContextOutSize;
        public Context* Context;
        public Context* ContextOut;
        public uint Flags;
        public uint Processor;
        public uint BatchSize;
    }

    /// <summary>struct xdp_md: offsets in the data, and where they came in.</summary>
    private struct Context
    {
        public uint Start;
        public uint End;
        public uint Metadata;
        public uint Interface;
        public uint Queue;
        public uint InterfaceOut;
    }
}
