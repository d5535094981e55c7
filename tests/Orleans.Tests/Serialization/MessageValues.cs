using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;

namespace Preble.OnSilo.Serialization;

/// <summary>
/// Makes a message in which no member has the value that it would have if it were lost. A value depends on the member's own number and name
/// only, so that a further member changes nothing of the others.
/// </summary>
internal static class MessageValues
{
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(ISchedulerGrain).Assembly.GetExportedTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), false)).OrderBy(type => type.Name, StringComparer.Ordinal)];

    public static IEnumerable<(uint Number, PropertyInfo Property)> Members(Type message) =>
        from property in message.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        let id = property.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select (id.Id, property);

    public static object Make(Type type) => Make(type, 1, type.Name);

    private static object Make(Type type, uint number, string name)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Make(underlying, number, name);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return MakeArray(type.GenericTypeArguments[0], number, name);
        }

        return type switch
        {
            _ when type == typeof(int) => 1000 + (int)number,
            _ when type == typeof(long) => 5_000_000_000L + number,
            _ when type == typeof(ulong) => 0xFEDC_BA98_0000_0000UL + number,
            _ when type == typeof(float) => 0.25f + number,
            _ when type == typeof(double) => 0.125 + number,
            _ when type == typeof(bool) => true,
            _ when type == typeof(string) => $"{name} ü {number}",
            _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(123_456_789 + number),
            { IsEnum: true } => Enum.GetValues(type).Cast<object>().Last(),
            _ when type.IsDefined(typeof(GenerateSerializerAttribute), false) => MakeMessage(type),
            _ => throw new InvalidOperationException($"{name} is a {type}, of which this maker knows nothing."),
        };
    }

    private static object MakeArray(Type element, uint number, string name)
    {
        var items = Array.CreateInstance(element, 2);
        items.SetValue(Make(element, number, name), 0);
        items.SetValue(Make(element, number + 100, name), 1);
        return typeof(MessageValues).GetMethod(nameof(ArrayOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(element).Invoke(null, [items])!;
    }

    /// <summary>Without its constructor, so that every member's value is from here; a reader makes it so too.</summary>
    private static object MakeMessage(Type type)
    {
        var message = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var (number, property) in Members(type))
        {
            property.SetValue(message, Make(property.PropertyType, number, property.Name));
        }

        return message;
    }

    private static ImmutableArray<T> ArrayOf<T>(T[] items) => [.. items];
}
