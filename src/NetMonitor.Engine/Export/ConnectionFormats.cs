using NetMonitor.Monitoring;

namespace NetMonitor.Export;

/// <summary>The formats connections are written in.</summary>
public enum ExportFormat
{
    /// <summary>JSON lines in the Elastic Common Schema 8.</summary>
    Ecs,

    /// <summary>JSON lines with RustNet's field names.</summary>
    RustNet,

    /// <summary>A folder of Zeek logs with tabs between the fields: conn.log, ssl.log, dns.log, http.log.</summary>
    Zeek,

    /// <summary>A folder of Zeek logs as JSON lines.</summary>
    ZeekJson,

    /// <summary>Comma-separated values (RFC 4180) with a header line.</summary>
    Csv,

    /// <summary>Apache Parquet, compressed with Zstandard.</summary>
    Parquet,
}

/// <summary>Connections on their way into one file, or one folder. Not thread-safe. Disposing ends it; what was not completed is not left behind under its name.</summary>
public abstract class ConnectionWriter : IDisposable
{
    /// <summary>Adds a connection.</summary>
    /// <exception cref="ExportException">The disk is full, or the like.</exception>
    public abstract void Write(NetConnection connection);

    /// <summary>Writes out what is kept back and gives the file its name.</summary>
    /// <exception cref="ExportException">The disk is full, or the like.</exception>
    public abstract void Complete();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is open.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>The formats by name and by the ending of a file's name.</summary>
public static class ConnectionFormats
{
    private static readonly (string Ending, ExportFormat Format)[] Endings =
    [
        (".csv", ExportFormat.Csv),
        (".parquet", ExportFormat.Parquet),
        (".jsonl", ExportFormat.Ecs),
        (".ndjson", ExportFormat.Ecs),
        (".json", ExportFormat.Ecs),
    ];

    /// <summary>The format that a file's name tells.</summary>
    /// <exception cref="ExportException">It tells none.</exception>
    public static ExportFormat Of(string path)
    {
        foreach ((string ending, ExportFormat format) in Endings)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        throw new ExportException(
            ExportError.ExportFormatUnknown,
            $"The name '{path}' does not tell the format.",
            $"Say -Format, or use one of {string.Join(", ", Endings.Select(row => row.Ending))}.");
    }

    /// <summary>Begins to write connections.</summary>
    /// <param name="path">The file; for Zeek's logs the folder, which is made when it is not there.</param>
    /// <param name="format">The format.</param>
    /// <param name="replace">Replace what is there.</param>
    /// <exception cref="ExportException">It cannot be made.</exception>
    public static ConnectionWriter Create(string path, ExportFormat format, bool replace) => format switch
    {
        ExportFormat.Ecs => new LineWriter(path, replace, EcsSchema.Write),
        ExportFormat.RustNet => new LineWriter(path, replace, RustNetSchema.Write),
        ExportFormat.Zeek => ZeekWriter.Create(path, asJson: false, replace),
        ExportFormat.ZeekJson => ZeekWriter.Create(path, asJson: true, replace),
        ExportFormat.Csv => new CsvWriter(path, replace),
        _ => new ParquetTable(path, replace),
    };

    /// <summary>What a connection's line in a snapshot says happened: it is open, or it has closed.</summary>
    internal static ConnectionChange ChangeOf(NetConnection connection) => connection.IsHistoric ? ConnectionChange.Closed : ConnectionChange.Opened;
}
