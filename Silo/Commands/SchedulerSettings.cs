using System.Globalization;
using System.Reflection;
using Preble.Core.Placement;

namespace Preble.Commands;

/// <summary>Sets options of the scheduler by their names, <c>Name=Value</c>, so that each can be tried without an option of its own.</summary>
internal static class SchedulerSettings
{
    private static readonly PropertyInfo[] Known =
    [
        .. typeof(SchedulerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && property.Name != nameof(SchedulerOptions.Policy))
            .OrderBy(property => property.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(property => property.Name)];

    /// <summary>The options with what the settings say; times are in seconds. Not validated yet: that needs the policy too.</summary>
    /// <param name="elsewhere">Names that may not be set here, with what sets them.</param>
    /// <exception cref="CommandFailure">A name or a value is wrong.</exception>
    public static SchedulerOptions Apply(
        SchedulerOptions options, IEnumerable<string> settings, IReadOnlyDictionary<string, string>? elsewhere = null)
    {
        var changed = options with { };
        foreach (var setting in settings)
        {
            var (name, value) = setting.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (setting, "");
            var property = Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new CommandFailure($"The scheduler has no option '{name}'; it has {string.Join(", ", Names)}.");
            if (elsewhere?.GetValueOrDefault(property.Name) is { } option)
            {
                throw new CommandFailure($"The scheduler's {property.Name} is set with {option}.");
            }

            property.SetValue(changed, Value(property, value));
        }

        return changed;
    }

    /// <summary>What options say when they make no sense, without the parameter's name that .NET adds.</summary>
    public static string Sentence(ArgumentException wrong) => wrong.Message.Split(" (Parameter", 2)[0];

    private static object Value(PropertyInfo property, string text)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        try
        {
            return type == typeof(TimeSpan) ? TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture))
                : type.IsEnum ? Enum.Parse(type, text, ignoreCase: true)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            throw new CommandFailure($"The scheduler's option {property.Name} is a {Kind(type)}, not '{text}'.", wrong);
        }
    }

    private static string Kind(Type type) =>
        type == typeof(TimeSpan) ? "number of seconds"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"word of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(string) ? "word"
        : type == typeof(double) ? "number" : "whole number";
}
