using System.Runtime.InteropServices;
using Preble.Core.Batching;
using Preble.Core.Engine;

namespace Preble.Testing;

/// <summary>
/// An engine without a model that tells the truth about blocks: it keeps the KV of each slot and reads a sequence only through its block
/// table, so a wrong table, a block shared too early or one overwritten too early shows as a wrong token. Compare with <see
/// cref="AloneGenerator"/>.
/// </summary>
public sealed class FakeEngine : IInferenceEngine
{
    private const ulong Unwritten = 0xDEAD_BEEF_DEAD_BEEFUL;

    private readonly ulong[] _slots;
    private readonly Dictionary<int, ulong> _written = [];

    public FakeEngine(int blockCount, int blockSize = 16, int vocabularySize = 256, int contextTokens = 4096)
    {
        (BlockCount, BlockSize) = (blockCount, blockSize);
        Shape = new ModelShape(vocabularySize, contextTokens, ParameterCount: 0, KvBytesPerToken: sizeof(ulong), WeightBytes: 0);
        _slots = new ulong[blockCount * blockSize];
        Array.Fill(_slots, Unwritten);
    }

    public ModelShape Shape { get; }

    public int BlockSize { get; }

    public int BlockCount { get; }

    /// <summary>Called with each plan before it is computed; may throw or wait, to play an engine that fails or hangs.</summary>
    public Action<StepPlan>? BeforeStep { get; set; }

    public TimeSpan CostPerStep { get; init; } = TimeSpan.FromMilliseconds(1);

    public TimeSpan CostPerToken { get; init; } = TimeSpan.FromMilliseconds(0.1);

    /// <summary>How long all steps so far would have taken: a virtual cost, no clock is read.</summary>
    public TimeSpan Elapsed { get; private set; }

    public long TokensComputed { get; private set; }

    public void Step(StepPlan plan, Span<int> sampled)
    {
        BeforeStep?.Invoke(plan);
        _written.Clear();
        var at = 0;
        foreach (var chunk in plan.Chunks)
        {
            Compute(chunk, sampled.Slice(at, chunk.SampledCount));
            at += chunk.SampledCount;
        }

        // Written at the end, so that a block shared before it was computed is seen as it was before.
        foreach (var (slot, kv) in _written)
        {
            _slots[slot] = kv;
        }

        TokensComputed += plan.TokenCount;
        Elapsed += CostPerStep + (plan.TokenCount * CostPerToken);
    }

    /// <summary>The fake knows one encoding: both are exact.</summary>
    public int BlockBytes(BlockEncoding encoding) => BlockSize * sizeof(ulong);

    public void SaveBlock(int block, BlockEncoding encoding, Span<byte> into) => MemoryMarshal.AsBytes(SlotsOf(block)).CopyTo(into);

    public void LoadBlock(int block, BlockEncoding encoding, ReadOnlySpan<byte> from) => from.CopyTo(MemoryMarshal.AsBytes(SlotsOf(block)));

    public void CopyBlock(int from, int to) => SlotsOf(from).CopyTo(SlotsOf(to));

    public void Dispose()
    {
    }

    private Span<ulong> SlotsOf(int block) => _slots.AsSpan(block * BlockSize, BlockSize);

    private void Compute(ScheduledChunk chunk, Span<int> sampled)
    {
        sampled.Fill(-1);
        var sequence = chunk.Sequence;
        var state = 0UL;
        var kv = 0UL;
        var firstSampled = chunk.Start + chunk.Count - chunk.SampledCount;
        for (var position = 0; position < chunk.Start + chunk.Count; position++)
        {
            var slot = SlotOf(sequence, position);
            if (position >= chunk.Start)
            {
                kv = FakeModel.Kv(kv, TokenAt(sequence, position), position);
                if (!_written.TryAdd(slot, kv))
                {
                    throw new EngineException($"Slot {slot} is written twice in one step.");
                }
            }
            else
            {
                kv = _slots[slot];
            }

            state = FakeModel.Attend(state, kv);
            if (chunk.Samples && position >= firstSampled)
            {
                sampled[position - firstSampled] = FakeModel.Sample(state, sequence.Command.Sampling, Shape.VocabularySize);
            }
        }
    }

    private static int TokenAt(Sequence sequence, int position) =>
        position < sequence.KnownCount ? sequence.KnownTokens[position] : sequence.Drafts[position - sequence.KnownCount];

    private int SlotOf(Sequence sequence, int position)
    {
        var block = sequence.Blocks[position / BlockSize];
        return (block * BlockSize) + (position % BlockSize);
    }
}
