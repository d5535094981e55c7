namespace Preble.Actors.Telemetry;

/// <summary>
/// Every metric of the system. OpenTelemetry's own names where they exist (<c>gen_ai.server.*</c>), ours for the rest. Units are seconds unless named.
/// Labels are ids and reasons; never prompts, outputs or anything a client chose freely.
/// </summary>
public static class InstrumentNames
{
    /// <summary>The one meter; also the name of the one activity source.</summary>
    public const string Meter = "Preble";

    // Measured by the API, on one clock, from arrival.
    public const string TimeToFirstToken = "gen_ai.server.time_to_first_token";
    public const string TimePerOutputToken = "gen_ai.server.time_per_output_token";
    public const string RequestDuration = "gen_ai.server.request.duration";
    public const string InterTokenLatency = "preble.inter_token_latency";
    public const string RequestsTotal = "preble.requests";
    public const string RequestsActive = "preble.requests.active";

    /// <summary>Streams that went on elsewhere with what they had, by why they left their worker.</summary>
    public const string StreamsResumed = "preble.streams.resumed";

    // Of the process.
    public const string BuildInfo = "preble.build.info";
    public const string Draining = "preble.draining";

    // Measured by the scheduler.
    public const string PlacementDecisions = "preble.placement.decisions";
    public const string PlacementRejections = "preble.placement.rejections";
    public const string PlacementsQueued = "preble.placement.queued";
    public const string PlacementDuration = "preble.placement.duration";
    public const string WorkersLost = "preble.workers.lost";
    public const string IndexedBlocks = "preble.prefix_index.blocks";

    public const string IndexBytes = "preble.prefix_index.bytes";
    public const string WorkersHealthy = "preble.workers.healthy";

    // Measured by the workers.
    public const string RequestsRunning = "preble.requests.running";
    public const string RequestsWaiting = "preble.requests.waiting";
    public const string KvCacheUsage = "preble.kv_cache.usage";
    public const string PrefixCacheQueries = "preble.prefix_cache.queries";
    public const string PrefixCacheHits = "preble.prefix_cache.hits";
    public const string OutputTokens = "preble.output_tokens";
    public const string Preemptions = "preble.preemptions";
    public const string EvictedBlocks = "preble.kv_cache.evicted_blocks";
    public const string HostSavedBlocks = "preble.kv_cache.host.saved_blocks";
    public const string HostLoadedBlocks = "preble.kv_cache.host.loaded_blocks";
    public const string HostFailedBlocks = "preble.kv_cache.host.failed_blocks";
    public const string CopiedBlocks = "preble.kv_cache.copied_blocks";
    public const string TransferDuration = "preble.kv_cache.transfer.duration";
    public const string StepDuration = "preble.step.duration";
    public const string QueueDuration = "preble.queue.duration";
    public const string WorkerDraining = "preble.worker.draining";
    public const string DrainSeconds = "preble.worker.drain";
    public const string DecodeStepSeconds = "preble.step.decode";
    public const string PrefillStepSeconds = "preble.step.prefill";
    public const string QueueDelay = "preble.queue.delay";
    public const string CostPrefill = "preble.cost.prefill_token";
    public const string CostDecode = "preble.cost.decode_token";
    public const string HostBlocks = "preble.host_cache.blocks";
    public const string HostUsage = "preble.host_cache.usage";
    public const string HostHits = "preble.host_cache.hits";
    public const string PinnedBlocks = "preble.kv_cache.pinned_blocks";
    public const string PartialTokens = "preble.prefix_cache.partial_hits";
    public const string DraftedTokens = "preble.worker.drafted_tokens";
    public const string AcceptedTokens = "preble.worker.accepted_tokens";
    public const string EngineFailures = "preble.engine.failures";

    public const string SlowReaders = "preble.slow_readers";

    // The labels of OpenTelemetry's own metrics; ours are shorter.
    public const string OperationLabel = Spans.OperationTag;
    public const string ProviderLabel = Spans.ProviderTag;
    public const string RequestModelLabel = Spans.RequestModelTag;
    public const string ResponseModelLabel = Spans.ResponseModelTag;
    public const string ErrorLabel = Spans.ErrorTag;

    public const string WorkerLabel = "worker";
    public const string ModelLabel = "model";

    /// <summary>The label of requests that named no model that is served.</summary>
    public const string UnknownModel = "(unknown)";
    public const string ReasonLabel = "reason";
    public const string GroupLabel = "group";
    public const string VersionLabel = "version";
    public const string CommitLabel = "commit";
    public const string RolesLabel = "roles";
}
