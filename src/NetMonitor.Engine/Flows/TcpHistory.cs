using System.Runtime.CompilerServices;
using NetMonitor.Packets;

namespace NetMonitor.Flows;

/// <summary>
/// Zeek's history of a TCP connection: a letter for each kind of segment in order of first appearance, upper case from the originator
/// (docs/numbers.md has the letters). Five bits a letter: the low one is the sender, the rest the kind.
/// </summary>
internal struct TcpHistory : IEquatable<TcpHistory>
{
    private const int BitsPerLetter = 5;
    private const int LettersPerWord = 6;
    private const int Capacity = 3 * LettersPerWord;

    /// <summary>Lower case letters by kind; kind 0 is none.</summary>
    internal const string Letters = " shadfrtwgiq";

    internal const int Syn = 1;
    internal const int SynAck = 2;
    internal const int Ack = 3;
    internal const int Data = 4;
    internal const int Fin = 5;
    internal const int Rst = 6;
    internal const int Retransmission = 7;
    internal const int ZeroWindow = 8;
    internal const int Gap = 9;
    internal const int FinRst = 10;
    internal const int SynFinOrRst = 11;

    private const int Shared = 1024;

    /// <summary>Most connections have one of a few histories, so their rows share the text.</summary>
    private static readonly Recent<(TcpHistory History, int Originator), string> Written = new(Shared, static key => key.History.Write(key.Originator));

    private uint _first;
    private uint _second;
    private uint _third;

    /// <summary>Writes down what a segment was.</summary>
    /// <param name="seen">Kinds the sender has in the history already, a bit each.</param>
    /// <param name="sender">The side that sent it.</param>
    /// <param name="packet">The segment.</param>
    /// <param name="findings">What it told.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ref ushort seen, int sender, in Packet packet, TcpFindings findings)
    {
        int kinds = KindsOf(packet, findings) & ~seen;
        if (kinds == 0)
        {
            return;
        }

        seen |= (ushort)kinds;
        for (int kind = Syn; kind < Letters.Length; kind++)
        {
            if ((kinds & (1 << kind)) != 0)
            {
                Append((uint)(kind << 1 | sender));
            }
        }
    }

    /// <summary>The letters as Zeek writes them; a leading ^ when the first segment seen was the responder's. Null for an empty history.</summary>
    public readonly string? ToString(int originator) => _first == 0 ? null : Written.Get((this, originator));

    public readonly bool Equals(TcpHistory other) => (_first, _second, _third) == (other._first, other._second, other._third);

    public override readonly int GetHashCode() => HashCode.Combine(_first, _second, _third);

    public override readonly bool Equals(object? obj) => obj is TcpHistory other && Equals(other);

    private readonly string Write(int originator)
    {
        Span<char> text = stackalloc char[Capacity + 1];
        int length = 0;
        for (int i = 0; i < Capacity; i++)
        {
            uint letter = (WordOf(i) >> (i % LettersPerWord * BitsPerLetter)) & ((1 << BitsPerLetter) - 1);
            if (letter == 0)
            {
                break;
            }

            bool isOriginator = (letter & 1) == originator;
            if (i == 0 && !isOriginator)
            {
                text[length++] = '^';
            }

            char lower = Letters[(int)(letter >> 1)];
            text[length++] = isOriginator ? char.ToUpperInvariant(lower) : lower;
        }

        return new string(text[..length]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int KindsOf(in Packet packet, TcpFindings findings)
    {
        TcpFlags flags = packet.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Fin | TcpFlags.Rst);
        int kinds = packet.WirePayloadLength > 0 ? 1 << Data : 0;
        if ((findings & (TcpFindings.Retransmission | TcpFindings.ZeroWindow | TcpFindings.AckedUnseen)) != 0)
        {
            kinds |= ((findings & TcpFindings.Retransmission) != 0 && packet.WirePayloadLength > 0 ? 1 << Retransmission : 0)
                | ((findings & TcpFindings.ZeroWindow) != 0 ? 1 << ZeroWindow : 0)
                | ((findings & TcpFindings.AckedUnseen) != 0 ? 1 << Gap : 0);
        }

        return kinds | flags switch
        {
            TcpFlags.Ack => packet.WirePayloadLength > 0 ? 0 : 1 << Ack,
            TcpFlags.Syn => 1 << Syn,
            TcpFlags.Syn | TcpFlags.Ack => 1 << SynAck,
            TcpFlags.None => 0,
            _ when (flags & TcpFlags.Syn) != 0 => 1 << SynFinOrRst,
            _ when (flags & (TcpFlags.Fin | TcpFlags.Rst)) == (TcpFlags.Fin | TcpFlags.Rst) => 1 << FinRst,
            _ => (flags & TcpFlags.Rst) != 0 ? 1 << Rst : 1 << Fin,
        };
    }

    private readonly uint WordOf(int index) => (index / LettersPerWord) switch { 0 => _first, 1 => _second, _ => _third };

    private void Append(uint letter)
    {
        ref uint word = ref Word(out int used);
        if (used < LettersPerWord)
        {
            word |= letter << (used * BitsPerLetter);
        }
    }

    /// <summary>The word with room, and how many letters it has; a full third word when there is none.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref uint Word(out int used)
    {
        used = Used(_first);
        if (used < LettersPerWord)
        {
            return ref _first;
        }

        used = Used(_second);
        if (used < LettersPerWord)
        {
            return ref _second;
        }

        used = Used(_third);
        return ref _third;
    }

    private static int Used(uint word) => (31 - System.Numerics.BitOperations.LeadingZeroCount(word) + BitsPerLetter) / BitsPerLetter;
}
