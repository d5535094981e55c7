using System.CommandLine;

namespace Preble.Commands.Simulate;

/// <summary>Makes and reads options.</summary>
internal static class Options
{
    public static Option<T> Of<T>(string name, string helpName, string description, T value, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description, DefaultValueFactory = _ => value };

    /// <summary>The value; a sentence when it is out of range.</summary>
    public static T Checked<T>(ParseResult parsed, Option<T> option, Predicate<T> holds, string range)
    {
        var value = parsed.GetValue(option)!;
        return holds(value) ? value : throw new CommandFailure($"{option.Name} must be {range}, not {value}.");
    }

    /// <summary>True when the command line names it.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
