using Preble.Core;
using Preble.Core.Batching.Queueing;
using Preble.Core.Engine;
using Preble.Core.Placement;
using Preble.Core.Placement.Policies;
using Preble.Hosting.Fleet;
using Preble.Inference;

namespace Preble.Hosting;

/// <summary>Stops the start with one sentence when an option makes no sense.</summary>
public static class ServeOptionsValidator
{
    public static ServeOptions Validate(this ServeOptions options)
    {
        Within(options.Models.Count, 1, Limits.LocalWorkers, "models");
        Within((double)options.Workers * options.Models.Count, 1, Limits.LocalWorkers, "workers");
        foreach (var model in options.Models)
        {
            NotEmpty(model.Path, "--model", "a file or a folder");
            NotEmpty(model.Name, "--model NAME=PATH", "a model");
        }

        Within(options.KvGib, 0.001, 1024, "KV cache GiB");
        Within(options.Threads ?? 1, 1, 1024, "threads");
        OwnCores(options);
        Within(options.SchedulerShards, 1, Limits.SchedulerShards, "scheduler shards");
        Within(options.PlacementsKept, 0, Limits.PlacementsKept, "placements kept");
        Within(options.WaitingRequests, 1, 1 << 20, "waiting requests");
        Within(options.SchedulerQueue, 0, 1 << 20, "requests that wait at the scheduler");
        Within(options.RunningSequences, 1, 4096, "running sequences");
        Within(options.StepTokens, options.RunningSequences, 1 << 16, "step tokens");
        Within(options.SpeculateTokens, 0, Limits.DraftTokens, "speculated tokens");
        Within(options.ItlTargetMs, 0, 60_000, "ITL target milliseconds");
        Within(options.SlowReaderSeconds, 0.1, 86_400, "seconds that a stream may go unread");
        Within(options.PriorityGroups, 1, Limits.PriorityGroups, "priority groups");
        Within(options.PinnedShare, 0, 1, "pinned blocks, as a share of all,");
        OneOf(options.Eviction, ["lru", "cost"], "eviction");
        OneOf(options.QueueDiscipline, QueueDisciplines.Names, "queue discipline");
        Within(options.HostCacheGib, 0, 1 << 20, "host cache GiB");
        NotEmpty(options.HostCacheDir, "--host-cache-dir");
        NotEmpty(options.CalibrationCache, "--calibration-cache");
        OneOf(options.HostCacheType, ["exact", "int8"], "host cache type");
        OneOf(options.Policy, PlacementPolicies.Names, "policy");
        OneOf(options.Runtime, GrainHost.Names, "runtime");
        options.Fleet.Validate(options.Runtime);
        OneOf(options.Weights, WeightsModes.Names, "weights");
        OneOf(options.KvType, KvTypes.Names, "KV type");
        return options;
    }

    /// <summary>Threads that share a core would wait for one another at every operator, so there must be a core for each.</summary>
    private static void OwnCores(ServeOptions options)
    {
        if (options.ThreadsPerWorker is not { } threads)
        {
            return;
        }

        Within(threads, 1, Limits.WorkerThreads, "threads per worker");
        var needed = threads * options.Workers * options.Models.Count;
        if (needed > Environment.ProcessorCount)
        {
            throw new StartException($"--threads-per-worker {threads} needs {needed} cores for {options.Workers * options.Models.Count} workers, "
                + $"and this process has {Environment.ProcessorCount}; take fewer, or leave it out to share them.");
        }

        if (options.Threads is not null)
        {
            throw new StartException("--threads is of the threads that workers share, and --threads-per-worker of their own; give one of them.");
        }
    }

    private static void Within(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most))
        {
            throw new StartException($"The number of {name} must be from {least} to {most}; it is {value}.");
        }
    }

    /// <summary>An empty path is an unset variable of the operator's shell, and not the folder that the process happens to be in.</summary>
    private static void NotEmpty(string? path, string option, string what = "a folder")
    {
        if (string.IsNullOrWhiteSpace(path) && path is not null)
        {
            throw new StartException($"{option} needs the name of {what}; it is empty.");
        }
    }

    private static void OneOf(string value, IReadOnlyList<string> known, string name)
    {
        if (!known.Contains(value, StringComparer.Ordinal))
        {
            throw new StartException($"There is no {name} '{value}'; there are {string.Join(", ", known)}.");
        }
    }
}
