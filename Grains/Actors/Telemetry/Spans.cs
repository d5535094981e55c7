using System.Diagnostics;

namespace Preble.Actors.Telemetry;

/// <summary>
/// The spans of a request's path: <c>chat</c> in the front-end, below it <c>preble.place</c> at the scheduler and one <c>preble.generate</c> for each
/// stream of a worker. The caller's span goes along in the message itself, so that the trace holds together in one process and over silos.
/// Tags are ids, reasons and numbers; never prompts or outputs.
/// </summary>
public static class Spans
{
    public const string Place = "preble.place";
    public const string Generate = "preble.generate";

    // OpenTelemetry's names.
    public const string OperationTag = "gen_ai.operation.name";
    public const string ProviderTag = "gen_ai.provider.name";
    public const string RequestModelTag = "gen_ai.request.model";
    public const string ResponseModelTag = "gen_ai.response.model";
    public const string InputTokensTag = "gen_ai.usage.input_tokens";
    public const string CachedTokensTag = "gen_ai.usage.cache_read.input_tokens";
    public const string OutputTokensTag = "gen_ai.usage.output_tokens";
    public const string ErrorTag = "error.type";

    /// <summary>Who we are in <see cref="ProviderTag"/>.</summary>
    public const string Provider = "preble";

    // Ours.
    public const string RequestTag = "preble.request.id";
    public const string WorkerTag = "preble.worker.id";
    public const string HitTokensTag = "preble.placement.hit_tokens";
    public const string PlacementReasonTag = "preble.placement.reason";
    public const string PlacementOutcomeTag = "preble.placement.outcome";
    public const string PlacementQueuedTag = "preble.placement.queued";
    public const string FinishTag = "preble.finish_reason";
    public const string QueueTag = "preble.queue.seconds";
    public const string FirstTokenTag = "preble.time_to_first_token.seconds";

    /// <summary>True on the span of a stream that another worker began.</summary>
    public const string ResumedTag = "preble.resumed";

    /// <summary>Output tokens that earlier workers have given the same answer.</summary>
    public const string ResumedTokensTag = "preble.resumed.tokens";

    // Events.
    public const string QueuedEvent = "queued";
    public const string ScheduledEvent = "scheduled";
    public const string FirstTokenEvent = "first token";
    public const string PreemptedEvent = "preempted";
    public const string ResumedEvent = "resumed";
    public const string FinishedEvent = "finished";
    public const string PlacedAgainEvent = "placed again";

    public static ActivitySource Source { get; } = new(InstrumentNames.Meter);

    /// <summary>The running span as W3C traceparent, for a message; null when nobody listens.</summary>
    public static string? Current => Source.HasListeners() ? Activity.Current?.Id : null;

    /// <summary>Starts a span below the one that a message names. Null, and nothing is allocated, when nobody listens.</summary>
    public static Activity? Start(string name, string? trace)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        return ActivityContext.TryParse(trace, null, isRemote: true, out var caller)
            ? Source.StartActivity(name, ActivityKind.Internal, caller)
            : Source.StartActivity(name);
    }
}
