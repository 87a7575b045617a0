using System.Buffers;
using System.Reflection;
using System.Runtime.CompilerServices;
using NetMonitor.Inspection;
using NetMonitor.Inspection.Tls;

namespace NetMonitor.Tests.Inspection;

/// <summary>What serves one flow after the other must not tell the second what it learned of the first: whatever its fields hold, it is as new when it is used again.</summary>
public sealed class RecyclingTests
{
    private const int PooledBytes = 4096;
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly FlowContext Context = new(TransportProtocol.TCP, 50_000, 443);

    [Fact]
    public void An_inspector_of_TLS_is_as_new() => AssertAsNew(() => TlsInspector.Begin(Context), used => used.Recycle());

    [Fact]
    public void The_detection_of_a_stream_is_as_new()
    {
        var owner = new FlowInspection(Context);
        AssertAsNew(() => StreamDetection.Begin(owner), used => used.End());
    }

    [Fact]
    public void An_inspection_of_a_flow_is_as_new()
    {
        var used = new FlowInspection(new FlowContext(TransportProtocol.UDP, 1, 2));
        Scribble(used);
        Assert.NotEmpty(Differences(used, new FlowInspection(Context)));
        used.Restart(Context);

        Assert.Empty(Differences(used, new FlowInspection(Context)));
    }

    private static void AssertAsNew<T>(Func<T> begin, Action<T> end)
        where T : class
    {
        T used = begin();
        Scribble(used);
        Assert.NotEmpty(Differences(used, OnNewThread(begin)));
        end(used);

        T again = begin();
        Assert.Same(used, again);
        Assert.Empty(Differences(again, OnNewThread(begin)));
    }

    /// <summary>A thread has nothing to use again at first.</summary>
    private static T OnNewThread<T>(Func<T> make)
    {
        T made = default!;
        var thread = new Thread(() => made = make());
        thread.Start();
        thread.Join();
        return made;
    }

    /// <summary>Gives every field that can change another value than that of a new object.</summary>
    private static void Scribble(object target)
    {
        foreach (FieldInfo field in FieldsOf(target.GetType()))
        {
            if (!field.IsInitOnly || target is ValueType)
            {
                field.SetValue(target, Some(field.FieldType));
            }
            else if (field.GetValue(target) is Array elements)
            {
                elements.Cast<object>().Where(IsOurs).ToList().ForEach(Scribble);
            }
            else if (field.GetValue(target) is { } part && IsOurs(part))
            {
                Scribble(part);
            }
        }
    }

    private static object Some(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(byte[]))
        {
            return ArrayPool<byte>.Shared.Rent(PooledBytes);
        }

        if (type == typeof(string))
        {
            return "x";
        }

        if (type.IsEnum)
        {
            return Enum.ToObject(type, 1);
        }

        if (type.IsPrimitive)
        {
            return type == typeof(bool) ? true : Convert.ChangeType(1, type, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            return Activator.CreateInstance(type)!;
        }

        object some = RuntimeHelpers.GetUninitializedObject(type.IsAbstract && typeof(TlsInspector).IsAssignableTo(type) ? typeof(TlsInspector)
            : type.IsAbstract && typeof(TlsDetails).IsAssignableTo(type) ? typeof(TlsDetails) : type);
        if (type.IsValueType)
        {
            Scribble(some);
        }

        return some;
    }

    private static IEnumerable<string> Differences(object? one, object? other, string name = "")
    {
        if (ReferenceEquals(one, other) || (one is not null && other is not null && !IsOurs(one) && one is not Array && one.Equals(other)))
        {
            return [];
        }

        if (one is null || other is null || one.GetType() != other.GetType() || !(IsOurs(one) || one is Array))
        {
            return [name];
        }

        return one is Array elements
            ? elements.Cast<object>().Zip(((Array)other).Cast<object>()).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{name}[{i}]"))
            : FieldsOf(one.GetType()).SelectMany(field => Differences(field.GetValue(one), field.GetValue(other), $"{name}.{field.Name}"));
    }

    private static bool IsOurs(object value) => value.GetType() is { IsEnum: false } type && type.Assembly == typeof(FlowInspection).Assembly;

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(Fields))
            {
                yield return field;
            }
        }
    }
}
