using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Preble.Hosting;
using Preble.Hosting.Telemetry;

namespace Preble.Commands;

/// <summary>The command-line options for what a server tells of itself: logs, traces, metrics.</summary>
internal sealed class TelemetryCommandOptions
{
    private readonly Option<string[]> _logLevel = new("--log-level")
    {
        HelpName = "[CATEGORY=]LEVEL",
        Description = $"The least that is logged: {string.Join(", ", LogRule.Levels)}; of our own categories, or of those whose names begin so, like "
            + "Orleans=debug. As often as needed. Default: warning, and the beginning and the end of the drain.",
    };

    private readonly Option<string> _logFormat = new("--log-format")
    {
        HelpName = "text|json", Description = "For people, or one JSON object a line.", DefaultValueFactory = _ => "text",
    };

    private readonly Option<string?> _endpoint = new("--otlp-endpoint")
    {
        HelpName = "URL",
        Description = "The OpenTelemetry collector that gets traces and metrics, like http://collector:4318. Default: what OTEL_EXPORTER_OTLP_ENDPOINT says, "
            + "else none; the other OTEL_ variables count, too.",
    };

    private readonly Option<bool> _orleansSpans = new("--otlp-orleans-spans")
    {
        Description = "Send the spans of Orleans' calls, too. They are many.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _logLevel, _logFormat, _endpoint, _orleansSpans })
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="StartException">A value makes no sense.</exception>
    public ServeOptions Read(ParseResult arguments, ServeOptions options) => options with
    {
        Telemetry = new TelemetryOptions
        {
            LogRules = [.. (arguments.GetValue(_logLevel) ?? []).Select(LogRule.Parse)],
            LogFormat = Format(arguments.GetValue(_logFormat)!),
            Otlp = OtlpTarget.Of(arguments.GetValue(_endpoint), new ConfigurationBuilder().AddEnvironmentVariables().Build()),
            OrleansSpans = arguments.GetValue(_orleansSpans),
        },
    };

    private static LogFormat Format(string text) => text switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new StartException($"--log-format must be 'text' or 'json', not '{text}'."),
    };
}
