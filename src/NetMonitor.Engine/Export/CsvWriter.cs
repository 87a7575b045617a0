using System.Buffers;
using System.Globalization;
using System.Text;

namespace NetMonitor.Export;

/// <summary>Comma-separated values (RFC 4180): a header line, then a line for each connection; numbers and times in invariant form, unknown is empty.</summary>
internal sealed class CsvWriter(string path, bool replace) : ConnectionWriter
{
    private const string EndOfLine = "\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    private readonly WholeFile _file = new(path, replace, string.Join(',', ExportColumns.All.Select(column => column.Name)) + EndOfLine);
    private readonly StringBuilder _line = new();

    /// <inheritdoc/>
    public override void Write(NetConnection connection)
    {
        _line.Clear();
        for (int i = 0; i < ExportColumns.All.Count; i++)
        {
            _line.Append(i > 0 ? "," : "");
            AppendField(ExportColumns.All[i].Value(connection));
        }

        _file.Write(_line.Append(EndOfLine));
    }

    /// <inheritdoc/>
    public override void Complete() => _file.Complete();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();

    private void AppendField(object? value)
    {
        switch (value)
        {
            case string text when text.AsSpan().ContainsAny(Quoted):
                _line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
                break;
            case DateTime time:
                _line.Append(CultureInfo.InvariantCulture, $"{time:O}");
                break;
            case bool flag:
                _line.Append(flag ? "true" : "false");
                break;
            default:
                _line.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }
}
