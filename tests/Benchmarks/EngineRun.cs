using System.Collections.Immutable;
using System.Diagnostics;
using Preble.Core.Batching;
using Preble.Core.Engine;

namespace Preble.Benchmarks;

/// <summary>Measures an engine through the worker's own planner: what is timed is what serves.</summary>
internal sealed class EngineRun(IInferenceEngine engine, IReadOnlyList<int> tokens)
{
    private int _requests;

    /// <summary>Tokens a second while one prompt of this length is computed; its one sampled token included.</summary>
    public double Prefill(int promptTokens)
    {
        var worker = NewWorker();
        Submit(worker, promptTokens, outputTokens: 1);
        var start = Stopwatch.GetTimestamp();
        while (worker.HasWork)
        {
            Step(worker);
        }

        return promptTokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Tokens a second over all sequences of a batch, each after a prompt of its own.</summary>
    public double Decode(int batch, int promptTokens, int outputTokens)
    {
        var worker = NewWorker();
        for (var i = 0; i < batch; i++)
        {
            Submit(worker, promptTokens, outputTokens + 2);
        }

        // Until every sequence decodes: then a step is one token of each.
        while (worker.Counters(TimeSpan.Zero).PendingPrefillTokens > 0)
        {
            Step(worker);
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < outputTokens; i++)
        {
            Step(worker);
        }

        return (double)batch * outputTokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private WorkerCore NewWorker() => new(new WorkerCoreOptions
    {
        BlockCount = engine.BlockCount,
        BlockSize = engine.BlockSize,
        ContextTokens = engine.Shape.ContextTokens,
    });

    private void Submit(WorkerCore worker, int promptTokens, int outputTokens)
    {
        // Prompts differ from their first token on, so that none is served from another's blocks.
        var prompt = Enumerable.Range(_requests, promptTokens).Select(i => tokens[i % tokens.Count]).ToImmutableArray();
        var command = new GenerateCommand(new RequestId($"bench-{_requests++}"), prompt, outputTokens, [], SamplingOptions.Greedy);
        if (worker.Submit(command, TimeSpan.Zero) is { } rejection)
        {
            throw new InvalidOperationException(rejection.Message);
        }
    }

    private void Step(WorkerCore worker)
    {
        var plan = worker.PlanStep(TimeSpan.Zero);
        if (plan.HasTransfers)
        {
            throw new InvalidOperationException("The benchmark's prompts share tokens: what is timed would not be what is counted.");
        }

        Span<int> sampled = stackalloc int[plan.Count];
        engine.Step(plan, sampled);
        worker.CompleteStep(sampled, TimeSpan.Zero);
    }
}
