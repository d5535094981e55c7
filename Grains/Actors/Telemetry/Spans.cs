using System.Diagnostics;

namespace Preble.Actors.Telemetry;

/// <summary>The spans of a request's path. Tags are ids and numbers, never prompts or outputs.</summary>
public static class Spans
{
    public const string Place = "preble.place";
    public const string Generate = "preble.generate";
    public const string RequestTag = "preble.request.id";
    public const string WorkerTag = "preble.worker.id";
    public const string HitTokensTag = "preble.placement.hit_tokens";

    public static ActivitySource Source { get; } = new(InstrumentNames.Meter);
}
