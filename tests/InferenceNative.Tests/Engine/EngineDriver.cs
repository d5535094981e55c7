using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Drives an engine by raw step plans, so that a test decides every chunk and every block itself.</summary>
internal sealed class EngineDriver(
    LoadedModel model, int blockCount = 256, int maxStepTokens = 512, int maxStepChunks = 64, int threads = 0, KvType kvType = KvType.Default) : IDisposable
{
    private readonly StepPlan _plan = new();
    private readonly int[] _sampled = new int[maxStepChunks];
    private int _nextBlock;
    private bool _traced;

    public NativeInferenceEngine Engine { get; } = model.CreateEngine(
        new EngineOptions { BlockCount = blockCount, MaxStepTokens = maxStepTokens, MaxStepChunks = maxStepChunks, Threads = threads, KvType = kvType });

    /// <summary>Whether runs keep their logits.</summary>
    public bool Traced
    {
        get => _traced;
        set
        {
            _traced = value;
            Engine.SetTrace(value ? EngineTrace.Logits : EngineTrace.None);
        }
    }

    /// <summary>A run in the given blocks, or in fresh ones in order.</summary>
    public Run Start(
        IEnumerable<int> prompt, int outputTokens, SamplingOptions? sampling = null, IEnumerable<int>? blocks = null, IReadOnlyList<int>? forced = null,
        int outputTokensInPrompt = 0)
    {
        var command = new GenerateCommand(
            new RequestId("test"), [.. prompt], outputTokens, [], sampling ?? SamplingOptions.Greedy, OutputTokensInPrompt: outputTokensInPrompt);
        var sequence = new Sequence(command);
        foreach (var block in blocks ?? TakeBlocks(sequence.KnownCount + outputTokens))
        {
            sequence.Table.Append(block);
        }

        return new Run(sequence, outputTokens) { Forced = forced };
    }

    /// <summary>Fresh blocks in order for so many tokens.</summary>
    public IEnumerable<int> TakeBlocks(int tokens)
    {
        var (first, count) = (_nextBlock, (tokens + Engine.BlockSize - 1) / Engine.BlockSize);
        _nextBlock += count;
        return Enumerable.Range(first, count);
    }

    /// <summary>All blocks are free again; runs that had some must not go on.</summary>
    public void FreeAllBlocks() => _nextBlock = 0;

    /// <summary>Computes one step: of each run as many tokens as its chunk size and the step's room allow.</summary>
    public void Step(IReadOnlyList<Run> runs, int chunkTokens = int.MaxValue)
    {
        _plan.Clear();
        var planned = new List<Run>();
        foreach (var run in runs.Where(run => !run.Finished))
        {
            var count = Math.Min(Math.Min(run.Sequence.UncomputedCount, chunkTokens), maxStepTokens - _plan.TokenCount);
            if (count > 0 && planned.Count < maxStepChunks)
            {
                _plan.Add(new ScheduledChunk(run.Sequence, run.Sequence.ComputedCount, count, count == run.Sequence.UncomputedCount));
                planned.Add(run);
            }
        }

        Engine.Step(_plan, _sampled);
        Complete(planned);
    }

    /// <summary>Steps until every run has its tokens.</summary>
    public void Finish(IReadOnlyList<Run> runs, int chunkTokens = int.MaxValue)
    {
        while (runs.Any(run => !run.Finished))
        {
            Step(runs, chunkTokens);
        }
    }

    /// <summary>A run alone from start to end.</summary>
    public Run Generate(IEnumerable<int> prompt, int outputTokens, SamplingOptions? sampling = null)
    {
        var run = Start(prompt, outputTokens, sampling);
        Finish([run]);
        return run;
    }

    /// <summary>Computes a whole sequence and shows the logits of every position.</summary>
    public void VisitLogits(int[] ids, Action<int, float[]> visit)
    {
        Traced = true;
        var run = Start(ids, 1);
        while (!run.Finished)
        {
            var start = run.Sequence.ComputedCount;
            Step([run]);
            for (var position = start; position < run.Sequence.ComputedCount; position++)
            {
                visit(position, Engine.GetLogits(position - start));
            }
        }

        Traced = false;
    }

    public void Dispose() => Engine.Dispose();

    private void Complete(List<Run> planned)
    {
        var row = -1;
        for (var i = 0; i < planned.Count; i++)
        {
            var chunk = _plan.Chunks[i];
            row += chunk.Count;
            chunk.Sequence.ComputedCount = chunk.Start + chunk.Count;
            Assert.Equal(chunk.Samples, _sampled[i] >= 0);
            if (chunk.Samples)
            {
                planned[i].Take(_sampled[i], Traced ? Engine.GetLogits(row) : null);
            }
        }
    }
}
