using System.Collections.Concurrent;
using Preble.Actors.Workers;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>Engines without a model for the workers under test, each behind the same gate.</summary>
public sealed class FakeEngines(StepGate gate) : IWorkerEngines
{
    public const int Vocabulary = 256;
    public const int Context = 4096;

    public static readonly ModelId Model = new("fake");

    /// <summary>The sizes of the next engine.</summary>
    public WorkerCoreOptions Sizes { get; set; } = new() { BlockCount = 512, ContextTokens = Context, VocabularySize = Vocabulary };

    /// <summary>Thrown instead of making the next engine, once.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Called with each plan before it is computed, once the gate has let it pass.</summary>
    public Action<StepPlan>? BeforeStep { get; set; }

    public int Made { get; private set; }

    /// <summary>Makes the host tier's memory for the next engine; null for none.</summary>
    public Func<IInferenceEngine, IHostBlockStore>? Host { get; set; }

    /// <summary>What was learned of the costs, told at a clean stop.</summary>
    public ConcurrentQueue<CostProfile> KeptCosts { get; } = new();

    public WorkerEngine Create(WorkerId worker)
    {
        var failure = Failure;
        Failure = null;
        if (failure is not null)
        {
            throw failure;
        }

        Made++;
        var engine = new FakeEngine(Sizes.BlockCount, Sizes.BlockSize, Vocabulary, Context)
        {
            BeforeStep = plan =>
            {
                gate.Pass(plan);
                BeforeStep?.Invoke(plan);
            },
        };
        return new WorkerEngine(engine, Model, new CostProfile(1e-3, 1e-7, 1e-2), Sizes)
        {
            Host = Host?.Invoke(engine), KeepCosts = KeptCosts.Enqueue,
        };
    }
}

/// <summary>The requests of these tests.</summary>
public static class Requests
{
    public static GenerateCommand Of(string id, int promptTokens = 40, int outputTokens = 8, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        return new GenerateCommand(
            new RequestId(id), [.. Enumerable.Range(0, promptTokens).Select(_ => random.Below(FakeEngines.Vocabulary))], outputTokens, [], SamplingOptions.Greedy);
    }

    /// <summary>What the request gives when it runs alone.</summary>
    public static List<int> Alone(GenerateCommand command) =>
        AloneGenerator.Generate(command, FakeEngines.Vocabulary, FakeEngines.Context).Tokens;
}

/// <summary>All that came over one stream.</summary>
public sealed record Received(List<int> Tokens, List<TokenChunk> Chunks)
{
    public TokenChunk Last => Chunks[^1];

    public static async Task<Received> FromAsync(IAsyncEnumerable<TokenChunk> stream)
    {
        var received = new Received([], []);
        await foreach (var chunk in stream)
        {
            received.Tokens.AddRange(chunk.Tokens);
            received.Chunks.Add(chunk);
        }

        return received;
    }
}
