using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetMonitor.Export;

/// <summary>Writes <see cref="ZeekLogs"/> into a folder: tab-separated with Zeek's header, or one JSON object a line. A log is made when it gets its first line; conn.log always.</summary>
internal sealed class ZeekWriter : ConnectionWriter
{
    private readonly Dictionary<ZeekLog, OpenLog> _logs = [];
    private readonly Func<string, string, LineFile> _open;
    private readonly string _folder;
    private readonly bool _asJson;

    private ZeekWriter(string folder, bool asJson, Func<string, string, LineFile> open)
    {
        _folder = folder;
        _asJson = asJson;
        _open = open;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExportException(
                ExportError.ExportFileUnwritable,
                $"The folder '{folder}' cannot be made: {e.Message}",
                "Zeek's logs are several files: name a folder.",
                e);
        }

        LogOf(ZeekLogs.All[0]);
    }

    /// <summary>New logs, which have their names once they are whole.</summary>
    public static ZeekWriter Create(string folder, bool asJson, bool replace) =>
        new(folder, asJson, (path, header) => new WholeFile(path, replace, header));

    /// <summary>Logs that are added to and turned over.</summary>
    public static ZeekWriter Append(string folder, bool asJson, long size, int files) =>
        new(folder, asJson, (path, header) => new LogFile(path, size, files, header));

    /// <inheritdoc/>
    public override void Write(NetConnection connection)
    {
        var facts = new ExportFacts(connection);
        foreach (ZeekLog log in ZeekLogs.All)
        {
            if (log.Has(facts))
            {
                LogOf(log).Write(connection, facts);
            }
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        foreach (OpenLog log in _logs.Values)
        {
            log.File.Complete();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (OpenLog log in _logs.Values)
        {
            log.File.Dispose();
        }
    }

    private OpenLog LogOf(ZeekLog log)
    {
        if (!_logs.TryGetValue(log, out OpenLog? open))
        {
            LineFile file = _open(System.IO.Path.Combine(_folder, log.Name + ".log"), _asJson ? "" : OpenLog.Header(log));
            _logs.Add(log, open = new OpenLog(log, file, _asJson));
        }

        return open;
    }

    /// <summary>One log's file.</summary>
    private sealed class OpenLog(ZeekLog log, LineFile file, bool asJson)
    {
        private const string Unset = "-";
        private const string Empty = "(empty)";

        private readonly StringBuilder _line = new();

        public LineFile File => file;

        public static string Header(ZeekLog log) => $"""
            #separator \x09
            #set_separator	,
            #empty_field	{Empty}
            #unset_field	{Unset}
            #path	{log.Name}
            #fields	{string.Join('\t', log.Fields.Select(field => field.Name))}
            #types	{string.Join('\t', log.Fields.Select(field => field.Type))}

            """;

        public void Write(NetConnection connection, in ExportFacts facts)
        {
            _line.Clear();
            if (asJson)
            {
                _line.Append(Json(connection, facts));
            }
            else
            {
                foreach (ZeekField field in log.Fields)
                {
                    _line.Append(_line.Length > 0 ? "\t" : "");
                    AppendValue(field.Value(connection, facts));
                }
            }

            file.Write(_line.Append('\n'));
        }

        private void AppendValue(object? value)
        {
            switch (value)
            {
                case null:
                    _line.Append(Unset);
                    break;
                case string text:
                    AppendText(text, inList: false);
                    break;
                case bool flag:
                    _line.Append(flag ? 'T' : 'F');
                    break;
                case double seconds:
                    _line.Append(CultureInfo.InvariantCulture, $"{seconds:F6}");
                    break;
                case string[] list:
                    AppendList(list, (item, text) => text.AppendText(item, inList: true));
                    break;
                case double[] list:
                    AppendList(list, (item, text) => text._line.Append(CultureInfo.InvariantCulture, $"{item:F6}"));
                    break;
                default:
                    _line.Append(CultureInfo.InvariantCulture, $"{value}");
                    break;
            }
        }

        private void AppendList<T>(T[] list, Action<T, OpenLog> append)
        {
            if (list.Length == 0)
            {
                _line.Append(Empty);
            }

            for (int i = 0; i < list.Length; i++)
            {
                if (i > 0)
                {
                    _line.Append(',');
                }

                append(list[i], this);
            }
        }

        /// <summary>As Zeek's ASCII writer: what separates fields is written as \xNN, and so is text that would read as "unset" or "empty".</summary>
        private void AppendText(string text, bool inList)
        {
            if (text.Length == 0)
            {
                _line.Append(Empty);
                return;
            }

            if (text is Unset or Empty)
            {
                _line.Append(CultureInfo.InvariantCulture, $"\\x{(int)text[0]:x2}").Append(text.AsSpan(1));
                return;
            }

            foreach (char c in text)
            {
                if (c is '\t' or '\n' or '\r' or '\\' || (inList && c == ','))
                {
                    _line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
                }
                else
                {
                    _line.Append(c);
                }
            }
        }

        private string Json(NetConnection connection, in ExportFacts facts)
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                foreach (ZeekField field in log.Fields)
                {
                    if (field.Value(connection, facts) is { } value)
                    {
                        json.WritePropertyName(field.Name);
                        JsonSerializer.Serialize(json, value, value.GetType());
                    }
                }

                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
        }
    }
}
