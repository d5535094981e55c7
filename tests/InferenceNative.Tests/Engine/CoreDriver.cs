using System.Diagnostics;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>A worker's core on a real engine, driven as the engine's session drives it: plan, move blocks, step, complete. It counts what was computed.</summary>
internal sealed class CoreDriver : IDisposable
{
    private readonly int[] _sampled;
    private long _number;

    /// <param name="host">The host tier's memory, which the caller disposes; null for none.</param>
    public CoreDriver(LoadedModel model, WorkerCoreOptions options, Func<IInferenceEngine, IHostBlockStore>? host = null)
    {
        Engine = model.CreateEngine(
            new EngineOptions
            {
                BlockCount = options.BlockCount,
                MaxStepTokens = options.StepTokens,
                MaxStepChunks = options.RunningSequences,
                MaxStepSamples = options.StepSamples,
            });
        var store = host?.Invoke(Engine);
        Core = new WorkerCore(options with { HostSlots = store?.SlotCount ?? 0 }, store?.Entries);
        Mover = new BlockMover(Engine, store);
        _sampled = new int[options.StepSamples];
    }

    public NativeInferenceEngine Engine { get; }

    public WorkerCore Core { get; }

    public BlockMover Mover { get; }

    /// <summary>Tokens whose KV the engine has computed.</summary>
    public long Computed { get; private set; }

    public Dictionary<RequestId, List<int>> Outputs { get; } = [];

    /// <summary>Checks the core's conservation laws after every step; off where time is measured.</summary>
    public bool Audits { get; set; } = true;

    public RequestId Submit(int[] prompt, int outputTokens = 4) => Submit(
        new GenerateCommand(new RequestId($"r{_number++}"), [.. prompt], outputTokens, [], SamplingOptions.Greedy));

    public RequestId Submit(GenerateCommand command)
    {
        Assert.Null(Core.Submit(command, TimeSpan.Zero));
        return command.Request;
    }

    /// <summary>One round; what it computed is in <see cref="Computed"/>.</summary>
    public void Step()
    {
        var plan = Core.PlanStep(TimeSpan.Zero);
        Assert.True(plan.HasTransfers || !plan.IsEmpty, "a core that has work has something to do");
        Mover.Move(plan, Core);
        if (plan.IsEmpty)
        {
            return;
        }

        Computed += plan.TokenCount;
        Engine.Step(plan, _sampled);
        foreach (var output in Core.CompleteStep(_sampled.AsSpan(0, plan.SampledCount), TimeSpan.Zero))
        {
            if (!Outputs.TryGetValue(output.Request, out var tokens))
            {
                Outputs.Add(output.Request, tokens = []);
            }

            tokens.Add(output.Token!.Value);
        }

        if (Audits)
        {
            Core.Audit();
        }
    }

    public void Finish()
    {
        while (Core.HasWork)
        {
            Step();
        }
    }

    /// <summary>The tokens of a request that comes now and has the worker for itself.</summary>
    public List<int> Generate(int[] prompt, int outputTokens = 4)
    {
        var request = Submit(prompt, outputTokens);
        Finish();
        return Outputs[request];
    }

    /// <summary>Seconds from a request's arrival to its first token, and its tokens.</summary>
    public (double Seconds, List<int> Tokens) Time(int[] prompt)
    {
        var start = Stopwatch.GetTimestamp();
        var request = Submit(prompt);
        while (!Outputs.ContainsKey(request))
        {
            Step();
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Finish();
        return (seconds, Outputs[request]);
    }

    public void Dispose() => Engine.Dispose();
}
