using Microsoft.Extensions.Logging;

namespace Preble.Hosting.Telemetry;

/// <summary>The least level that is logged of the categories that begin with a name.</summary>
/// <param name="Category">Empty for our own: libraries say much at the lower levels, and are asked by name.</param>
public readonly record struct LogRule(string Category, LogLevel Level)
{
    public static IReadOnlyList<string> Levels { get; } = ["trace", "debug", "information", "warning", "error", "none"];

    /// <summary>Reads <c>LEVEL</c> or <c>CATEGORY=LEVEL</c>.</summary>
    /// <exception cref="StartException">There is no such level.</exception>
    public static LogRule Parse(string text)
    {
        var at = text.LastIndexOf('=');
        var level = text[(at + 1)..];
        return Levels.Contains(level, StringComparer.OrdinalIgnoreCase)
            ? new LogRule(at < 0 ? "" : text[..at], Enum.Parse<LogLevel>(level, ignoreCase: true))
            : throw new StartException($"--log-level must be one of {string.Join(", ", Levels)}, or CATEGORY=LEVEL; '{text}' is neither.");
    }
}
