using Parquet;
using Parquet.Schema;

namespace NetMonitor.Export;

/// <summary>An Apache Parquet file of <see cref="ExportColumns"/>: every column may be null, times are UTC microseconds, pages are compressed with Zstandard.</summary>
internal sealed class ParquetTable : ConnectionWriter
{
    /// <summary>Connections in a row group: what is kept in memory until it is written.</summary>
    private const int RowGroup = 65_536;

    private static readonly DataField[] Fields = [.. ExportColumns.All.Select(FieldOf)];

    private readonly FileStream _file;
    private readonly ParquetWriter _parquet;
    private readonly string _path;
    private readonly bool _replace;
    private readonly List<NetConnection> _rows = [];

    public ParquetTable(string path, bool replace)
    {
        _path = path;
        _replace = replace;
        _file = ExportFile.CreateBeside(path, replace);
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        _parquet = ParquetWriter.CreateAsync(new ParquetSchema([.. Fields.Cast<Field>()]), _file, options).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override void Write(NetConnection connection)
    {
        _rows.Add(connection);
        if (_rows.Count >= RowGroup)
        {
            WriteRows();
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        WriteRows();
        try
        {
            _parquet.DisposeAsync().AsTask().GetAwaiter().GetResult(); // writes the footer
        }
        catch (IOException e)
        {
            throw ExportFile.Interrupted(_path, e);
        }

        ExportFile.Commit(_file, _path, _replace);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => ExportFile.Abandon(_file);

    private void WriteRows()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        try
        {
            using ParquetRowGroupWriter group = _parquet.CreateRowGroup();
            for (int i = 0; i < Fields.Length; i++)
            {
                WriteColumn(group, Fields[i], ExportColumns.All[i]).GetAwaiter().GetResult();
            }

            group.CompleteValidate();
        }
        catch (IOException e)
        {
            throw ExportFile.Interrupted(_path, e);
        }

        _rows.Clear();
    }

    private Task WriteColumn(ParquetRowGroupWriter group, DataField field, ExportColumn column)
    {
        if (column.Type == typeof(string))
        {
            return group.WriteAsync(field, Values<string?>(column));
        }

        return column.Type == typeof(long) ? group.WriteAsync<long>(field, Values<long?>(column))
            : column.Type == typeof(double) ? group.WriteAsync<double>(field, Values<double?>(column))
            : column.Type == typeof(bool) ? group.WriteAsync<bool>(field, Values<bool?>(column))
            : group.WriteAsync<DateTime>(field, Values<DateTime?>(column));
    }

    private T[] Values<T>(ExportColumn column)
    {
        var values = new T[_rows.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (T)column.Value(_rows[i])!;
        }

        return values;
    }

    private static DataField FieldOf(ExportColumn column) => column.Type == typeof(DateTime)
        ? new DateTimeDataField(column.Name, DateTimeFormat.DateAndTimeMicros, isAdjustedToUTC: true, isNullable: true)
        : new DataField(column.Name, column.Type, isNullable: true);
}
