using Microsoft.Extensions.Logging;
using Preble.Actors.Workers;
using Preble.Actors.Workers.HostCache;
using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Core.KvCache.Eviction;
using Preble.Inference;

namespace Preble.Hosting;

/// <summary>
/// A model of this process, opened once: its weights are shared by the engines of all workers. <see cref="Open"/> loads it; dispose it after the workers.
/// </summary>
public sealed class LocalModel : IWorkerEngines, IDisposable
{
    private const double Gib = 1024.0 * 1024 * 1024;
    private const int LeastBlocks = 4;

    private readonly LoadedModel _weights;
    private readonly WorkerCoreOptions _sizes;
    private readonly TimeProvider _time;
    private readonly int _threads;
    private readonly KvType _kvType;
    private readonly Lazy<CostProfile> _costs;
    private readonly Action<CostProfile> _keepCosts;
    private readonly HostCaches? _hostCaches;

    private LocalModel(
        ModelPackage package, LoadedModel weights, ServeOptions options, ModelId id, IReadOnlyList<WorkerId> workers, TimeProvider time, ILogger log)
    {
        (_weights, _time, _threads, _kvType) = (weights, time, options.ThreadsPerWorker ?? 0, KvTypes.Parse(options.KvType));
        var shape = weights.ShapeWith(_kvType);
        _sizes = Sizes(shape, options);
        CheckMemory(options.KvGib, workers.Count, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _hostCaches = HostCaches.Open(options, package.Name, workers, encoding => Identify(package, options, encoding), log);
        Served = Describe(package, shape, _sizes, id, workers);

        // The first worker measures for all: their engines are alike, and the machine is quiet then.
        var key = CalibrationKey.Of(package.Name, shape, options, _sizes);
        var cache = CalibrationCache.Of(options.CalibrationCache, log);
        _costs = new Lazy<CostProfile>(() => cache.GetOrMeasure(key, Measure));
        _keepCosts = refined => cache.Keep(key, refined);
    }

    public ServedModel Served { get; }

    /// <exception cref="StartException">The model is missing, corrupt or too large; one sentence.</exception>
    public static LocalModel Open(
        ServeOptions options, ModelSource source, IReadOnlyList<WorkerId> workers, TimeProvider time, ILogger<LocalModel> log)
    {
        try
        {
            KeepKernelChoice(CalibrationCache.FolderOf(options.CalibrationCache));
            NativeRuntime.SetThreads(options.Threads ?? 0);
            var package = ModelPackage.Open(source.Path ?? DefaultModel.Find());
            var weights = package.Load(WeightsModes.Parse(options.Weights));
            try
            {
                return new LocalModel(package, weights, options, new ModelId(source.Name ?? package.Name), workers, time, log);
            }
            catch
            {
                weights.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (ModelText.IsBadModel(failure))
        {
            throw new StartException(failure.Message, failure);
        }
    }

    public WorkerEngine Create(WorkerId worker)
    {
        // Measured first: a second cache beside the one that serves would double the memory.
        var costs = _costs.Value;
        var sizes = costs.PrefillSecondsPerToken > 0
            ? _sizes with { RecomputeCost = new RecomputeCost(costs.PrefillSecondsPerToken, costs.PrefillSecondsPerTokenContext) }
            : _sizes;
        return new WorkerEngine(NewEngine(sizes, _threads), Served.Id, costs, sizes) { Host = _hostCaches?.For(worker), KeepCosts = _keepCosts };
    }

    public void Dispose()
    {
        _hostCaches?.Dispose();
        _weights.Dispose();
    }

    /// <summary>Beside the measured costs. Without the folder, the choice is made again at the next start.</summary>
    private static void KeepKernelChoice(string? folder)
    {
        if (folder is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return; // the costs cannot be kept there either, and that is logged
        }

        NativeRuntime.KeepChoicesIn(folder);
    }

    /// <summary>All that the bits of a block depend on. How many bytes it has, an engine says.</summary>
    private HostFileIdentity Identify(ModelPackage package, ServeOptions options, BlockEncoding encoding)
    {
        using var engine = NewEngine(_sizes with { BlockCount = 1, StepTokens = 1, RunningSequences = 1 }, threads: 0);
        var model = $"{package.Identity()}, weights {options.Weights}, keys and values {options.KvType}, {NativeRuntime.Description}";
        return new HostFileIdentity(model, _sizes.BlockSize, encoding, engine.BlockBytes(encoding));
    }

    private CostProfile Measure()
    {
        var sizes = _sizes with { BlockCount = Math.Min(_sizes.BlockCount, 2 * Limits.StepTokens / _sizes.BlockSize) };
        using var engine = NewEngine(sizes, _threads);
        return EngineCalibration.Measure(engine, sizes, _time);
    }

    private NativeInferenceEngine NewEngine(WorkerCoreOptions sizes, int threads) => _weights.CreateEngine(new EngineOptions
    {
        BlockSize = sizes.BlockSize,
        BlockCount = sizes.BlockCount,
        MaxStepTokens = sizes.StepTokens,
        MaxStepChunks = sizes.RunningSequences,
        MaxStepSamples = sizes.StepSamples,
        KvType = _kvType,
        Threads = threads,
    });

    /// <summary>The system promises more memory than it has, and ends the process when the cache fills; so what cannot be is refused now.</summary>
    /// <exception cref="StartException">The caches of the workers are larger than the memory of the machine or the container.</exception>
    internal static void CheckMemory(double kvGib, int workers, long availableBytes)
    {
        if (kvGib * workers * Gib > availableBytes)
        {
            throw new StartException(FormattableString.Invariant($"A KV cache of {kvGib} GiB for each of {workers} workers is more than ")
                + FormattableString.Invariant($"the {availableBytes / Gib:0.0} GiB of memory here; use a smaller --kv-gib."));
        }
    }

    private static WorkerCoreOptions Sizes(ModelShape shape, ServeOptions options)
    {
        var blocks = (long)(options.KvGib * Gib / ((double)shape.KvBytesPerToken * Limits.BlockSize));
        if (blocks is < LeastBlocks or > int.MaxValue)
        {
            throw new StartException($"A KV cache of {options.KvGib} GiB has {blocks} blocks of {Limits.BlockSize} tokens for this model; "
                + $"it must have from {LeastBlocks} to {int.MaxValue}.");
        }

        return new WorkerCoreOptions
        {
            BlockSize = Limits.BlockSize,
            BlockCount = (int)blocks,
            ContextTokens = shape.ContextTokens,
            VocabularySize = shape.VocabularySize,
            StepTokens = options.StepTokens,
            ForecastGrowth = true,
            ItlTargetSeconds = options.ItlTargetMs / 1000,
            RunningSequences = options.RunningSequences,
            SpeculateTokens = options.SpeculateTokens,
            WaitingRequests = options.WaitingRequests,
            Discipline = options.QueueDiscipline,
            PriorityGroups = options.PriorityGroups,
            Fairness = options.Fairness,
            PinnedShare = options.PinnedShare,
            Eviction = string.Equals(options.Eviction, "cost", StringComparison.Ordinal) ? EvictionKind.Cost : EvictionKind.Lru,
        };
    }

    private static ServedModel Describe(
        ModelPackage package, ModelShape shape, WorkerCoreOptions sizes, ModelId id, IReadOnlyList<WorkerId> workers) =>
        ModelText.Of(package, id) with
        {
            ContextTokens = sizes.SequenceTokens,
            BlockSize = sizes.BlockSize,
            Workers = workers,
            Description = $"{id}: {shape.ParameterCount / 1e6:F0} M parameters, {shape.WeightBytes / 1048576.0:F0} MiB of weights, "
                + $"{sizes.BlockCount} blocks of {sizes.BlockSize} tokens a worker, {NativeRuntime.Description}",
        };
}
