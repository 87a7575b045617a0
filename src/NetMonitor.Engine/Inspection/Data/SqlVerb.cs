using System.Text;

namespace NetMonitor.Inspection.Data;

/// <summary>The first word of an SQL statement. The statement itself may hold secrets and is not kept.</summary>
internal static class SqlVerb
{
    /// <summary>What is not among the known verbs.</summary>
    public const string Other = "OTHER";

    private const int Looked = 512; // bytes in which the verb begins; frameworks put comments before it

    // ISO/IEC 9075-2 statements, and those that PostgreSQL, MySQL and SQL Server add.
    private static readonly string[] Known =
    [
        "SELECT", "INSERT", "UPDATE", "DELETE", "SET", "BEGIN", "COMMIT", "ROLLBACK", "SHOW", "WITH", "CREATE", "DROP", "ALTER", "START", "USE",
        "EXEC", "EXECUTE", "CALL", "DECLARE", "FETCH", "CLOSE", "MERGE", "REPLACE", "TRUNCATE", "GRANT", "REVOKE", "EXPLAIN", "DESCRIBE", "DESC",
        "COPY", "LOCK", "UNLOCK", "ANALYZE", "VACUUM", "PREPARE", "DEALLOCATE", "DISCARD", "RESET", "LISTEN", "UNLISTEN", "NOTIFY", "SAVEPOINT",
        "RELEASE", "VALUES", "END", "ABORT", "DO", "LOAD", "FLUSH", "KILL", "HANDLER", "OPTIMIZE", "CHECK", "REPAIR", "RENAME", "IF", "PRINT",
        "BACKUP", "RESTORE", "REINDEX", "REFRESH", "CLUSTER", "COMMENT", "CHECKPOINT", "TABLE", "XA", "WAITFOR", "BULK", "DBCC", "BATCH", "LIST",
    ];

    /// <summary>The verb of a statement in ASCII or a superset of it.</summary>
    public static string Find(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, Looked)];
        int before;
        do
        {
            before = text.Length;
            text = text.TrimStart(" \t\r\n\f(;"u8);
            text = SkipComment(text, "--"u8, "\n"u8);
            text = SkipComment(text, "#"u8, "\n"u8);
            text = SkipComment(text, "/*"u8, "*/"u8);
        }
        while (text.Length != before);

        int length = 0;
        while (length < text.Length && char.IsAsciiLetter((char)text[length]))
        {
            length++;
        }

        foreach (string verb in Known)
        {
            if (Ascii.EqualsIgnoreCase(text[..length], verb))
            {
                return verb;
            }
        }

        return Other;
    }

    /// <summary>The verb of a statement in UTF-16, least significant byte first.</summary>
    public static string FindUtf16(ReadOnlySpan<byte> text)
    {
        const byte NotAscii = (byte)'?';
        Span<byte> ascii = stackalloc byte[Looked];
        int length = Math.Min(text.Length / sizeof(char), Looked);
        for (int i = 0; i < length; i++)
        {
            ascii[i] = text[(i * sizeof(char)) + 1] == 0 ? text[i * sizeof(char)] : NotAscii;
        }

        return Find(ascii[..length]);
    }

    private static ReadOnlySpan<byte> SkipComment(ReadOnlySpan<byte> text, ReadOnlySpan<byte> opening, ReadOnlySpan<byte> closing)
    {
        if (!text.StartsWith(opening))
        {
            return text;
        }

        int end = text.IndexOf(closing);
        return end < 0 ? default : text[(end + closing.Length)..];
    }
}
