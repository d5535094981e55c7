using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference.Native;

namespace Preble.Inference;

/// <summary>
/// A step plan laid flat for the native library. The arrays are kept from step to step and grow only when a plan is larger than all before it, so that
/// a steady decode allocates nothing.
/// </summary>
internal sealed class StepArrays(EngineOptions options)
{
    private readonly NativeChunk[] _chunks = new NativeChunk[options.MaxStepChunks];
    private readonly int[] _tokens = new int[options.MaxStepTokens];
    private int[] _blocks = new int[options.MaxStepChunks];
    private int[] _history = [];
    private int _chunkCount;
    private int _tokenCount;
    private int _blockCount;
    private int _historyCount;
    private int _sampledCount;

    public ReadOnlySpan<NativeChunk> Chunks => _chunks.AsSpan(0, _chunkCount);

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _tokenCount);

    public ReadOnlySpan<int> Blocks => _blocks.AsSpan(0, _blockCount);

    public ReadOnlySpan<int> History => _history.AsSpan(0, _historyCount);

    public void Fill(StepPlan plan)
    {
        (_chunkCount, _tokenCount, _blockCount, _historyCount, _sampledCount) = (0, 0, 0, 0, 0);
        for (var i = 0; i < plan.Count; i++)
        {
            Add(plan.Chunks[i]);
        }
    }

    private void Add(in ScheduledChunk chunk)
    {
        var sequence = chunk.Sequence;
        var sampling = sequence.Command.Sampling;
        var drafts = sequence.Drafts[..chunk.Drafts];
        var (from, historyCount) = (_historyCount, 0);
        if (chunk.Samples && sampling.UsesHistory)
        {
            Append(ref _history, ref _historyCount, sequence.KnownTokens);
            Append(ref _history, ref _historyCount, drafts);
            historyCount = _historyCount - from;
        }

        _chunks[_chunkCount++] = new NativeChunk
        {
            TokenOffset = _tokenCount,
            TokenCount = chunk.Count,
            StartPosition = chunk.Start,
            BlockOffset = _blockCount,
            BlockCount = sequence.Blocks.Length,
            Samples = chunk.Samples ? chunk.SampledCount : 0,
            HistoryOffset = from,
            HistoryCount = historyCount,
            HistoryPrompt = historyCount == 0 ? 0 : sequence.OriginalPromptLength,
            SampledOffset = _sampledCount,
            Sampling = NativeSampling.From(sampling),
        };
        var known = sequence.KnownTokens.Slice(chunk.Start, chunk.Count - chunk.Drafts);
        known.CopyTo(_tokens.AsSpan(_tokenCount));
        drafts.CopyTo(_tokens.AsSpan(_tokenCount + known.Length));
        _tokenCount += chunk.Count;
        _sampledCount += chunk.SampledCount;
        Append(ref _blocks, ref _blockCount, sequence.Blocks);
    }

    private static void Append(ref int[] array, ref int count, ReadOnlySpan<int> values)
    {
        if (count + values.Length > array.Length)
        {
            Array.Resize(ref array, Math.Max(count + values.Length, array.Length * 2));
        }

        values.CopyTo(array.AsSpan(count));
        count += values.Length;
    }
}
