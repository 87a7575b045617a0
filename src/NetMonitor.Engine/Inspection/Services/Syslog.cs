using System.Buffers.Text;

namespace NetMonitor.Inspection.Services;

/// <summary>Syslog in the format of RFC 5424 and the older one (RFC 3164), over UDP (RFC 5426) and TCP (RFC 6587). The message itself is
/// passed over.</summary>
internal sealed class Syslog : Messages
{
    /// <summary>Bytes of a message that are read.</summary>
    public const int Head = 1024;

    private const int HighestPriority = 191;    // facility 23, severity 7 (RFC 5424 section 6.2.1)
    private const int MostPriorityDigits = 3;
    private const int MostLengthDigits = 6;
    private const int SeverityBits = 3;
    private const int SeverityMask = 7;
    private const int TimestampSize = 15;       // "Oct 11 22:14:15" (RFC 3164 section 4.1.2)
    private const int MostTagBytes = 48;
    private const ushort Port = 514;

    private static readonly string[] Severities = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    private static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "console", "cron2",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private int _priority = -1;
    private string? _host;
    private string? _program;

    /// <inheritdoc/>
    public override string Application => "Syslog";

    /// <summary>A priority and a header; on its port a priority and text.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        if (ReadPriority(bytes, out _, out int at) != Match.Yes)
        {
            return Match.No;
        }

        ReadOnlySpan<byte> rest = bytes[at..];
        bool text = context.Uses(Port) && !rest.IsEmpty && rest[0] >= (byte)' ';
        return text || RecognizeHeader(rest) == Match.Yes ? Match.Yes : Match.No;
    }

    /// <summary>The same, perhaps behind a length.</summary>
    public static Match StreamProbe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        Match match = SkipLength(bytes, out int skip, out _);
        if (match != Match.Yes)
        {
            return match;
        }

        match = ReadPriority(bytes[skip..], out _, out int at);
        return match == Match.Yes ? RecognizeHeader(bytes[(skip + at)..]) : match;
    }

    /// <summary>Counted octets or lines (RFC 6587 sections 3.4.1 and 3.4.2).</summary>
    public static Match Frame(ReadOnlySpan<byte> window, out int skip, out long length)
    {
        Match match = SkipLength(window, out skip, out int counted);
        length = counted;
        if (match != Match.Yes || counted > 0)
        {
            return match;
        }

        int end = window[skip..].IndexOf((byte)'\n');
        length = end + 1;
        return end >= 0 ? Match.Yes : Match.NeedMore;
    }

    /// <inheritdoc/>
    public override Reading Read(Side from, ReadOnlySpan<byte> message, long timestamp)
    {
        if (ReadPriority(message, out int priority, out int at) != Match.Yes)
        {
            return _priority < 0 ? Reading.Reject : Reading.Nothing; // A line may continue the one before.
        }

        bool learned = Set(ref _priority, priority);
        ReadOnlySpan<byte> rest = message[at..];
        if (rest.StartsWith("1 "u8))
        {
            // VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME (RFC 5424 section 6)
            NextWord(ref rest);
            NextWord(ref rest);
            learned |= Update(ref _host, NextWord(ref rest)) | Update(ref _program, NextWord(ref rest));
        }
        else if (IsOldTimestamp(rest) == Match.Yes)
        {
            rest = rest[Math.Min(TimestampSize + 1, rest.Length)..];
            ReadOnlySpan<byte> host = NextWord(ref rest);

            // Local messages have no host: the tag comes at once.
            if (!host.IsEmpty && host[^1] == (byte)':')
            {
                learned |= Update(ref _program, TagOf(host));
            }
            else
            {
                learned |= Update(ref _host, host) | Update(ref _program, TagOf(NextWord(ref rest)));
            }
        }

        return learned ? Reading.Learned : Reading.Nothing;
    }

    /// <inheritdoc/>
    public override ApplicationDetails? ToDetails() => new SyslogDetails
    {
        Facility = Facilities[Math.Max(_priority, 0) >> SeverityBits],
        Severity = Severities[Math.Max(_priority, 0) & SeverityMask],
        Sender = _host,
        Program = _program,
    };

    /// <summary>"123 " before a message (RFC 6587 section 3.4.1).</summary>
    private static Match SkipLength(ReadOnlySpan<byte> bytes, out int skip, out int length)
    {
        (skip, length) = (0, 0);
        if (bytes.IsEmpty || bytes[0] == (byte)'<')
        {
            return bytes.IsEmpty ? Match.NeedMore : Match.Yes;
        }

        int digits = bytes.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0)
        {
            return bytes.Length <= MostLengthDigits && bytes[0] != (byte)'0' ? Match.NeedMore : Match.No;
        }

        if (digits is 0 or > MostLengthDigits || bytes[0] == (byte)'0' || bytes[digits] != (byte)' '
            || bytes.Length > digits + 1 && bytes[digits + 1] != (byte)'<')
        {
            return Match.No;
        }

        skip = digits + 1;
        return bytes.Length > skip && Utf8Parser.TryParse(bytes[..digits], out length, out _) ? Match.Yes : Match.NeedMore;
    }

    /// <summary>"&lt;PRI&gt;", without leading zeros.</summary>
    private static Match ReadPriority(ReadOnlySpan<byte> bytes, out int priority, out int length)
    {
        priority = 0;
        length = 1;
        if (bytes.IsEmpty || bytes[0] != (byte)'<')
        {
            return bytes.IsEmpty ? Match.NeedMore : Match.No;
        }

        for (; length < bytes.Length && length <= MostPriorityDigits + 1; length++)
        {
            byte next = bytes[length];
            if (next == (byte)'>')
            {
                bool valid = length > 1 && priority <= HighestPriority && (bytes[1] != (byte)'0' || length == 2);
                length++;
                return valid ? Match.Yes : Match.No;
            }

            if (!char.IsAsciiDigit((char)next))
            {
                return Match.No;
            }

            priority = (priority * 10) + (next - '0');
        }

        return bytes.Length <= MostPriorityDigits + 1 ? Match.NeedMore : Match.No;
    }

    /// <summary>"1 2026-" or "1 - ", or the older time.</summary>
    private static Match RecognizeHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != (byte)'1')
        {
            return IsOldTimestamp(bytes);
        }

        const int YearSize = 4;
        ReadOnlySpan<byte> rest = bytes[1..];
        if (rest.IsEmpty || rest[0] != (byte)' ')
        {
            return rest.IsEmpty ? Match.NeedMore : Match.No;
        }

        rest = rest[1..];
        if (rest.StartsWith("-"u8))
        {
            return rest.Length < 2 ? Match.NeedMore : rest[1] == (byte)' ' ? Match.Yes : Match.No;
        }

        int digits = Math.Min(rest.Length, YearSize);
        return rest[..digits].ContainsAnyExceptInRange((byte)'0', (byte)'9') ? Match.No
            : rest.Length <= YearSize ? Match.NeedMore : rest[YearSize] == (byte)'-' ? Match.Yes : Match.No;
    }

    /// <summary>"Mmm dd hh:mm:ss".</summary>
    private static Match IsOldTimestamp(ReadOnlySpan<byte> bytes)
    {
        const int MonthSize = 3;
        ReadOnlySpan<byte> months = "JanFebMarAprMayJunJulAugSepOctNovDec"u8;
        ReadOnlySpan<byte> pattern = "Mmm Dd dd:dd:dd"u8; // D: digit or space
        int length = Math.Min(bytes.Length, pattern.Length);
        for (int i = 0; i < length; i++)
        {
            byte next = bytes[i];
            bool fits = pattern[i] switch
            {
                (byte)'M' => next is >= (byte)'A' and <= (byte)'S',
                (byte)'m' => next is >= (byte)'a' and <= (byte)'y',
                (byte)'d' => next is >= (byte)'0' and <= (byte)'9',
                (byte)'D' => next is (byte)' ' or >= (byte)'0' and <= (byte)'3',
                _ => next == pattern[i],
            };
            if (!fits)
            {
                return Match.No;
            }
        }

        if (length < MonthSize)
        {
            return Match.NeedMore;
        }

        for (int i = 0; i < months.Length; i += MonthSize)
        {
            if (bytes[..MonthSize].SequenceEqual(months.Slice(i, MonthSize)))
            {
                return length < pattern.Length ? Match.NeedMore : Match.Yes;
            }
        }

        return Match.No;
    }

    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        int end = rest.IndexOfAny((byte)' ', (byte)'\n');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word;
    }

    /// <summary>"sshd" of "sshd[123]:"; empty when it is not a tag but the message itself.</summary>
    private static ReadOnlySpan<byte> TagOf(ReadOnlySpan<byte> word)
    {
        int end = word.IndexOfAny((byte)':', (byte)'[');
        return end is > 0 and <= MostTagBytes ? word[..end] : default;
    }

    /// <summary>"-" stands for what is not known (RFC 5424 section 6).</summary>
    private static bool Update(ref string? field, ReadOnlySpan<byte> value) =>
        !value.IsEmpty && !value.SequenceEqual("-"u8) && WireText.Update(ref field, value);
}
