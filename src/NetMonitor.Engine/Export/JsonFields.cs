using System.Text.Json;

namespace NetMonitor.Export;

/// <summary>Fields that are left out when nothing is known: an absent field says so better than an empty one.</summary>
internal static class JsonFields
{
    public static void Text(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    public static void Whole(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void Real(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void Time(this Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, time.UtcDateTime);
        }
    }

    /// <summary>An object with the one field "name".</summary>
    public static void Named(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteStartObject(name);
            json.WriteString("name", value);
            json.WriteEndObject();
        }
    }
}
