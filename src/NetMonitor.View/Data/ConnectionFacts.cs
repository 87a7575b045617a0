using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetMonitor.View;

/// <summary>A record's public facts in the order they are declared, whatever record it is: for details of protocols this view knows nothing of, and for JSON.</summary>
internal static class ConnectionFacts
{
    private const int MaxDepth = 6;
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = new();

    private static readonly JsonWriterOptions OneLine = new() { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Names and values of an object's properties; lists as text, what is not known left out.</summary>
    public static IEnumerable<(string Name, string Value)> Of(object record)
    {
        foreach (PropertyInfo property in PropertiesOf(record.GetType()))
        {
            if (property.GetValue(record) is { } value && Text(value) is { Length: > 0 } text)
            {
                yield return (Words(property.Name), text);
            }
        }
    }

    /// <summary>The connection as one line of JSON, with the names of its properties.</summary>
    public static string ToJson(NetConnection row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, OneLine))
        {
            Write(writer, row, depth: 0);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>"ServerName" is "Server name", "JA4" stays.</summary>
    public static string Words(string name)
    {
        var words = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool starts = i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]);
            bool single = starts && (i + 1 == name.Length || !char.IsUpper(name[i + 1]));
            words.Append(starts ? " " : "").Append(single ? char.ToLowerInvariant(name[i]) : name[i]);
        }

        return words.ToString();
    }

    private static string? Text(object value) => value switch
    {
        string text => text,
        bool yes => yes ? "yes" : null,
        TimeSpan time => Quantity.RoundTrip(time),
        DateTimeOffset time => time.ToString("u", CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(item => item is null ? "" : Text(item))),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ when PropertiesOf(value.GetType()).Length == 0 => value.ToString(),
        ApplicationDetails details => details.Summary,
        _ => string.Join(", ", Of(value).Select(fact => $"{fact.Name} {fact.Value}")),
    };

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool yes:
                writer.WriteBooleanValue(yes);
                break;
            case Enum or IPAddress or IPNetwork or Rune or char:
                writer.WriteStringValue(value.ToString());
                break;
            case byte or sbyte or short or ushort or int or uint or long or ulong:
                writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case double number:
                writer.WriteNumberValue(double.IsFinite(number) ? number : 0);
                break;
            case TimeSpan time:
                writer.WriteStringValue(time.ToString("c", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time);
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (object? item in list)
                {
                    Write(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case var other when depth >= MaxDepth || PropertiesOf(other.GetType()).Length == 0:
                writer.WriteStringValue(other.ToString());
                break;
            default:
                writer.WriteStartObject();
                foreach (PropertyInfo property in PropertiesOf(value.GetType()))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.GetValue(value), depth + 1);
                }

                writer.WriteEndObject();
                break;
        }
    }

    private static PropertyInfo[] PropertiesOf(Type type) => Known.GetOrAdd(type, static t =>
        [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanRead && property.GetIndexParameters().Length == 0)]);
}
