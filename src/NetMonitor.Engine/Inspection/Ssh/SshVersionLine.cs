namespace NetMonitor.Inspection.Ssh;

/// <summary>The line each side opens with: "SSH-protoversion-softwareversion SP comments CR LF" (RFC 4253 section 4.2).</summary>
internal readonly ref struct SshVersionLine
{
    /// <summary>Longer ones are cut; section 4.2 allows 255 bytes, some send more.</summary>
    public const int LongestLine = 1024;

    private const int LongestVersion = 5; // "1.99"
    private const byte LineFeed = (byte)'\n';

    /// <summary>How it begins.</summary>
    public static ReadOnlySpan<byte> Prefix => "SSH-"u8;

    private SshVersionLine(ReadOnlySpan<byte> version, ReadOnlySpan<byte> software, ReadOnlySpan<byte> comment)
    {
        Version = version;
        Software = software;
        Comment = comment;
    }

    /// <summary>"2.0", "1.99" or "1.5".</summary>
    public ReadOnlySpan<byte> Version { get; }

    /// <summary>"OpenSSH_9.9".</summary>
    public ReadOnlySpan<byte> Software { get; }

    /// <summary>What follows the first space; may be empty.</summary>
    public ReadOnlySpan<byte> Comment { get; }

    /// <summary>Tells by "SSH-", a version of digits and a dot, and the hyphen behind it.</summary>
    public static Match Probe(ReadOnlySpan<byte> bytes)
    {
        int there = Math.Min(bytes.Length, Prefix.Length);
        if (!bytes[..there].SequenceEqual(Prefix[..there]))
        {
            return Match.No;
        }

        ReadOnlySpan<byte> version = bytes[there..];
        for (int i = 0; i < version.Length; i++)
        {
            if (version[i] == '-' && i >= "1.x".Length)
            {
                return Match.Yes;
            }

            if (i >= LongestVersion || (i == 1 ? version[i] != '.' : !char.IsAsciiDigit((char)version[i])))
            {
                return Match.No;
            }
        }

        return Match.NeedMore;
    }

    /// <summary>Reads a line without its line feed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out SshVersionLine result)
    {
        if (Probe(line) != Match.Yes)
        {
            result = default;
            return false;
        }

        // Some fill the line up with zeros.
        line = line[..Math.Min(line.Length, LongestLine)].TrimEnd("\r \0"u8);
        ReadOnlySpan<byte> rest = line[Prefix.Length..];
        int hyphen = rest.IndexOf((byte)'-');
        ReadOnlySpan<byte> version = rest[..hyphen];
        rest = rest[(hyphen + 1)..];
        int space = rest.IndexOf((byte)' ');
        result = space < 0
            ? new SshVersionLine(version, rest, default)
            : new SshVersionLine(version, rest[..space], rest[(space + 1)..]);
        return true;
    }

    /// <summary>Where a version line begins behind other lines of text, which only servers send (section 4.2); negative when it does not.</summary>
    public static int FindBehindText(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; ;)
        {
            int line = bytes[at..].IndexOf(LineFeed);
            if (line < 0)
            {
                return -1;
            }

            at += line + 1;
            if (Probe(bytes[at..]) == Match.Yes)
            {
                return at;
            }
        }
    }
}
