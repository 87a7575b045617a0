using System.Buffers;
using System.Text.Json;
using NetMonitor.Monitoring;

namespace NetMonitor.Export;

/// <summary>Writes one JSON object about a change of a connection.</summary>
/// <param name="json">At the start of an object's place.</param>
/// <param name="change">What happened.</param>
/// <param name="connection">The connection just after.</param>
internal delegate void JsonSchema(Utf8JsonWriter json, ConnectionChange change, NetConnection connection);

/// <summary>JSON lines (one object a line, UTF-8) of connections.</summary>
internal sealed class LineWriter(string path, bool replace, JsonSchema schema) : ConnectionWriter
{
    private readonly WholeFile _file = new(path, replace);
    private readonly JsonLines _lines = new();

    /// <inheritdoc/>
    public override void Write(NetConnection connection) =>
        _file.Write(_lines.Format(schema, ConnectionFormats.ChangeOf(connection), connection));

    /// <inheritdoc/>
    public override void Complete() => _file.Complete();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        _lines.Dispose();
    }
}

/// <summary>Formats JSON lines in one reused buffer.</summary>
internal sealed class JsonLines : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(2048);
    private readonly Utf8JsonWriter _json;

    public JsonLines() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The line, with its end; valid until the next.</summary>
    public ReadOnlySpan<byte> Format(JsonSchema schema, ConnectionChange change, NetConnection connection)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        schema(_json, change, connection);
        _json.Flush();
        _buffer.Write("\n"u8);
        return _buffer.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();
}
