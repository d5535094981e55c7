using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Preble.Hosting.Telemetry;

/// <summary>
/// Log lines on standard error. Without rules: warnings, and the beginning and the end of the drain. Scopes are off: ours has none, and those of
/// the web server repeat what the request's own lines say.
/// </summary>
internal static class PrebleLogging
{
    private const string OwnCategory = "Preble";

    public static void AddPrebleLogging(this ILoggingBuilder logging, TelemetryOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter(Lifetime.Category, LogLevel.Information);

        // A failed start is told in one sentence by the verb.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // Off, it also makes no span of its own for each request, which nobody exports and ours would hang from.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        foreach (var rule in options.LogRules)
        {
            Add(logging, rule);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
            logging.AddConsole(console => console.FormatterName = JsonLineFormatter.FormatterName);
            return;
        }

        logging.AddSimpleConsole(console => console.SingleLine = true);
    }

    private static void Add(ILoggingBuilder logging, LogRule rule)
    {
        if (rule.Category.Length > 0)
        {
            logging.AddFilter(rule.Category, rule.Level);
            return;
        }

        logging.AddFilter(OwnCategory, rule.Level);
        logging.AddFilter(Lifetime.Category, rule.Level);
        if (rule.Level > LogLevel.Warning)
        {
            // Who wants fewer lines than usual wants fewer of everybody's.
            logging.SetMinimumLevel(rule.Level);
        }
    }
}
