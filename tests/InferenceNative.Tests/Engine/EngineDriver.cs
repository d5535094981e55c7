using System.Collections.Immutable;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Drives an engine by raw step plans, so that a test decides every chunk and every block itself.</summary>
internal sealed class EngineDriver(LoadedModel model, int blockCount = 256, int maxStepTokens = 512, int maxStepChunks = 64) : IDisposable
{
    private readonly StepPlan _plan = new();
    private readonly int[] _sampled = new int[maxStepChunks];
    private int _nextBlock;

    public NativeInferenceEngine Engine { get; } = model.CreateEngine(
        new EngineOptions { BlockCount = blockCount, MaxStepTokens = maxStepTokens, MaxStepChunks = maxStepChunks });

    /// <summary>A sequence without blocks.</summary>
    public static Sequence Sequence(IEnumerable<int> prompt, SamplingOptions? sampling = null)
        => new(new GenerateCommand(new RequestId("r"), [.. prompt], 1, ImmutableArray<int>.Empty, sampling ?? SamplingOptions.Greedy));

    /// <summary>A sequence with fresh blocks in order for its prompt and so many more tokens.</summary>
    public Sequence SequenceWithBlocks(IEnumerable<int> prompt, int outputTokens, SamplingOptions? sampling = null)
    {
        var sequence = Sequence(prompt, sampling);
        var (first, needed) = (_nextBlock, BlocksFor(sequence.KnownCount + outputTokens));
        _nextBlock += needed;
        return WithBlocks(sequence, Enumerable.Range(first, needed));
    }

    public static Sequence WithBlocks(Sequence sequence, IEnumerable<int> blocks)
    {
        foreach (var block in blocks)
        {
            sequence.Table.Append(block);
        }

        return sequence;
    }

    public int BlocksFor(int tokens) => (tokens + Engine.BlockSize - 1) / Engine.BlockSize;

    /// <summary>All blocks are free again; sequences that had some must not be used any more.</summary>
    public void ForgetBlocks() => _nextBlock = 0;

    public ReadOnlySpan<int> Step(params ReadOnlySpan<ScheduledChunk> chunks)
    {
        _plan.Clear();
        foreach (var chunk in chunks)
        {
            _plan.Add(chunk);
        }

        Engine.Step(_plan, _sampled);
        foreach (var chunk in chunks)
        {
            chunk.Sequence.ComputedCount = chunk.Start + chunk.Count;
        }

        return _sampled.AsSpan(0, chunks.Length);
    }

    /// <summary>Computes what is known of a sequence in chunks of a size and samples the token after it.</summary>
    public int Prefill(Sequence sequence, int chunkTokens = int.MaxValue)
    {
        while (true)
        {
            var count = Math.Min(Math.Min(sequence.UncomputedCount, chunkTokens), maxStepTokens);
            var last = count == sequence.UncomputedCount;
            var sampled = Step(new ScheduledChunk(sequence, sequence.ComputedCount, count, last))[0];
            if (last)
            {
                return sampled;
            }
        }
    }

    /// <summary>Prefills and decodes a sequence alone; its blocks must suffice.</summary>
    public List<int> Generate(Sequence sequence, int count, int chunkTokens = int.MaxValue)
    {
        var output = new List<int>();
        while (output.Count < count)
        {
            output.Add(Prefill(sequence, chunkTokens));
            sequence.AppendToken(output[^1]);
        }

        return output;
    }

    /// <summary>Logits of every position of some ids, in steps, as the visitor gets them.</summary>
    public void VisitLogits(int[] ids, Action<int, float[]> visit)
    {
        var sequence = SequenceWithBlocks(ids, 0);
        Engine.SetTrace(EngineTrace.Logits);
        for (var start = 0; start < ids.Length; start += maxStepTokens)
        {
            var count = Math.Min(maxStepTokens, ids.Length - start);
            Step(new ScheduledChunk(sequence, start, count, false));
            for (var row = 0; row < count; row++)
            {
                visit(start + row, Engine.GetLogits(row));
            }
        }

        Engine.SetTrace(EngineTrace.None);
    }

    public void Dispose() => Engine.Dispose();
}
