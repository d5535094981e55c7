using System.Collections.Concurrent;
using Preble.Actors.Workers;
using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Engine;

namespace Preble.Benchmarks.Fleet;

/// <summary>The engines of the workers of one process, and the pace of all of them.</summary>
internal sealed class PacedEngines : IWorkerEngines
{
    public const int StreamsPerWorker = Limits.RunningSequences;
    public const int PromptTokens = 8;
    public const int OutputTokens = 4096;

    private const int Context = PromptTokens + OutputTokens;
    private const int Blocks = StreamsPerWorker * (Context / Limits.BlockSize + 4);

    private readonly ConcurrentDictionary<WorkerId, PacedEngine> _engines = new();

    public static ModelId Model { get; } = new("paced");

    public static IReadOnlyList<WorkerId> Workers { get; } = [.. Enumerable.Range(0, 4).Select(index => new WorkerId($"w{index}"))];

    public WorkerEngine Create(WorkerId worker)
    {
        var engine = new PacedEngine(Blocks, Limits.BlockSize, Context);
        _engines[worker] = engine;
        var sizes = new WorkerCoreOptions { BlockCount = Blocks, ContextTokens = Context, ItlTargetSeconds = 0 };
        return new WorkerEngine(engine, Model, new CostProfile(1e-4, 0, 1e-3), sizes);
    }

    /// <param name="tokensPerSecond">Of all the workers' streams together; 0 for as fast as can be.</param>
    /// <param name="streams">So many fill one worker after the other.</param>
    public void Pace(double tokensPerSecond, int streams)
    {
        for (var index = 0; index < Workers.Count; index++)
        {
            var own = Math.Clamp(streams - (index * StreamsPerWorker), 0, StreamsPerWorker);
            _engines[Workers[index]].TokensPerSecond = tokensPerSecond * own / streams;
        }
    }
}
