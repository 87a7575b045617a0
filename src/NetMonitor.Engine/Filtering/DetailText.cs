using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Net;
using System.Reflection;

namespace NetMonitor.Filtering;

/// <summary>
/// Searches what inspection learned. For every kind of details the search over its texts (strings, lists of them, names of enumerations, addresses, and
/// records of these) is compiled once, so that a search allocates nothing and new kinds are found without being named here. Numbers are not searched.
/// </summary>
internal static class DetailText
{
    private static readonly ConcurrentDictionary<Type, Func<ApplicationDetails, TextPattern, bool>> Searches = new();
    private static readonly Func<Type, Func<ApplicationDetails, TextPattern, bool>> Make = CompileDetails;

    /// <summary>True when a text of the details, or of what they are wrapped in, fits.</summary>
    public static bool Matches(ApplicationDetails? details, TextPattern pattern)
    {
        for (; details is not null; details = details.Outer)
        {
            if (MatchesThis(details, pattern))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a text of these details themselves fits.</summary>
    public static bool MatchesThis(ApplicationDetails details, TextPattern pattern) => Searches.GetOrAdd(details.GetType(), Make)(details, pattern);

    private static class Of<T>
    {
        public static readonly Func<T, TextPattern, bool> Search = Compile<T>(typeof(T));
    }

    private static Func<ApplicationDetails, TextPattern, bool> CompileDetails(Type type) => Compile<ApplicationDetails>(type);

    /// <summary>The search over a type's settable properties: what is only computed from them would be found twice.</summary>
    private static Func<T, TextPattern, bool> Compile<T>(Type type)
    {
        ParameterExpression item = Expression.Parameter(typeof(T));
        ParameterExpression pattern = Expression.Parameter(typeof(TextPattern));
        Expression typed = Expression.Convert(item, type);
        Expression any = Expression.Constant(false);
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite && property.Name != nameof(ApplicationDetails.Outer) && TestOf(property.PropertyType) is { } test)
            {
                any = Expression.OrElse(any, Expression.Call(test, Expression.Property(typed, property), pattern));
            }
        }

        return Expression.Lambda<Func<T, TextPattern, bool>>(any, item, pattern).Compile();
    }

    private static MethodInfo? TestOf(Type type)
    {
        if (type == typeof(string) || type == typeof(IPAddress) || type == typeof(IPEndPoint))
        {
            return typeof(DetailText).GetMethod(nameof(Test), BindingFlags.NonPublic | BindingFlags.Static, [type, typeof(TextPattern)]);
        }

        if (type.IsEnum)
        {
            return Generic(nameof(TestName), type);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            Type element = type.GetGenericArguments()[0];
            return element == typeof(string)
                ? typeof(DetailText).GetMethod(nameof(Test), BindingFlags.NonPublic | BindingFlags.Static, [type, typeof(TextPattern)])
                : IsOurs(element) ? Generic(nameof(TestAll), element) : null;
        }

        return IsOurs(type) ? Generic(nameof(TestOne), type) : null;
    }

    private static bool IsOurs(Type type) => type.Namespace == nameof(NetMonitor) && !type.IsEnum;

    private static MethodInfo Generic(string name, Type type) =>
        typeof(DetailText).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);

    private static bool Test(string? text, TextPattern pattern) => pattern.IsMatch(text);

    private static bool Test(IPAddress? address, TextPattern pattern)
    {
        Span<char> text = stackalloc char[AddressText.MaximumLength * 2]; // room for a scope id
        return address is not null && address.TryFormat(text, out int written) && pattern.IsMatch(text[..written]);
    }

    private static bool Test(IPEndPoint? endPoint, TextPattern pattern) => Test(endPoint?.Address, pattern);

    private static bool Test(IReadOnlyList<string>? texts, TextPattern pattern)
    {
        for (int i = 0; i < (texts?.Count ?? 0); i++)
        {
            if (pattern.IsMatch(texts![i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TestName<T>(T value, TextPattern pattern)
        where T : struct, Enum => pattern.IsMatch(Enum.GetName(value));

    private static bool TestOne<T>(T? item, TextPattern pattern) => item is not null && Of<T>.Search(item, pattern);

    private static bool TestAll<T>(IReadOnlyList<T>? items, TextPattern pattern)
    {
        for (int i = 0; i < (items?.Count ?? 0); i++)
        {
            if (TestOne(items![i], pattern))
            {
                return true;
            }
        }

        return false;
    }
}
