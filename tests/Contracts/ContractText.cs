using System.Globalization;
using System.Reflection;
using System.Text;
using Orleans;

namespace Preble.Contracts;

/// <summary>Spells out an assembly's grain interfaces and messages, one member a line, in an order that does not depend on the compiler.</summary>
internal static class ContractText
{
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder("# Every grain method and serialised member. Numbers and aliases never change their meaning; add at the end.\n");
        foreach (var grain in assembly.GetExportedTypes().Where(type => type.IsInterface).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            text.Append($"\ngrain {grain.Name} [{Alias(grain)}]\n");
            foreach (var method in grain.GetMethods().OrderBy(method => method.Name, StringComparer.Ordinal))
            {
                text.Append($"  {Describe(method)}\n");
            }
        }

        foreach (var message in Messages(assembly))
        {
            text.Append($"\n{(message.IsEnum ? "enum" : "message")} {message.Name} [{Alias(message)}]\n");
            foreach (var line in message.IsEnum ? EnumLines(message) : MemberLines(message))
            {
                text.Append($"  {line}\n");
            }
        }

        return text.ToString();
    }

    public static IEnumerable<Type> Messages(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), false)).OrderBy(type => type.Name, StringComparer.Ordinal);

    public static IEnumerable<(uint Number, PropertyInfo Property)> Members(Type message) =>
        from property in message.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        let id = property.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select (id.Id, property);

    public static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static IEnumerable<string> MemberLines(Type message) =>
        Members(message).Select(member => $"{member.Number} {member.Property.Name}: {Name(member.Property.PropertyType)}");

    private static IEnumerable<string> EnumLines(Type message) =>
        from value in Enum.GetValuesAsUnderlyingType(message).Cast<int>()
        orderby value
        select string.Create(CultureInfo.InvariantCulture, $"{value} {Enum.GetName(message, value)}");

    private static string Describe(MethodInfo method)
    {
        var rules = method.GetCustomAttributes().Select(attribute => attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal))
            .Where(name => name is "AlwaysInterleave" or "ReadOnly" or "OneWay").Order(StringComparer.Ordinal);
        var parameters = method.GetParameters().Select(parameter => Name(parameter.ParameterType));
        return string.Join(' ', [$"{method.Name} [{Alias(method)}]({string.Join(", ", parameters)}): {Name(method.ReturnType)}", .. rules]);
    }

    private static string Name(Type type) =>
        !type.IsGenericType ? type.Name : $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>";
}
