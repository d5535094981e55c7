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

    public ReadOnlySpan<NativeChunk> Chunks => _chunks.AsSpan(0, _chunkCount);

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _tokenCount);

    public ReadOnlySpan<int> Blocks => _blocks.AsSpan(0, _blockCount);

    public ReadOnlySpan<int> History => _history.AsSpan(0, _historyCount);

    public void Fill(StepPlan plan)
    {
        (_chunkCount, _tokenCount, _blockCount, _historyCount) = (0, 0, 0, 0);
        for (var i = 0; i < plan.Count; i++)
        {
            Add(plan.Chunks[i]);
        }
    }

    private void Add(in ScheduledChunk chunk)
    {
        var sequence = chunk.Sequence;
        var sampling = sequence.Command.Sampling;
        var history = chunk.Samples && sampling.UsesHistory ? sequence.KnownTokens : default;
        _chunks[_chunkCount++] = new NativeChunk
        {
            TokenOffset = _tokenCount,
            TokenCount = chunk.Count,
            StartPosition = chunk.Start,
            BlockOffset = _blockCount,
            BlockCount = sequence.Blocks.Length,
            Samples = chunk.Samples ? 1 : 0,
            HistoryOffset = _historyCount,
            HistoryCount = history.Length,
            HistoryPrompt = history.Length == 0 ? 0 : sequence.OriginalPromptLength,
            Sampling = NativeSampling.From(sampling),
        };
        sequence.KnownTokens.Slice(chunk.Start, chunk.Count).CopyTo(_tokens.AsSpan(_tokenCount));
        _tokenCount += chunk.Count;
        Append(ref _blocks, ref _blockCount, sequence.Blocks);
        Append(ref _history, ref _historyCount, history);
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
