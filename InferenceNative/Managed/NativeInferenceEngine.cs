using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.Native;

namespace Preble.Inference;

/// <summary>The forward pass on the native library. One thread at a time uses it; whoever created it disposes it. Made by <see cref="LoadedModel.CreateEngine"/>.</summary>
public sealed class NativeInferenceEngine : IInferenceEngine
{
    private readonly EngineHandle _handle;
    private readonly ModelConfig _config;
    private readonly EngineOptions _options;
    private readonly StepArrays _arrays;

    internal NativeInferenceEngine(EngineHandle handle, ModelShape shape, ModelConfig config, EngineOptions options)
    {
        (_handle, Shape, _config, _options) = (handle, shape, config, options);
        _arrays = new StepArrays(options);
    }

    public ModelShape Shape { get; }

    public int BlockSize => _options.BlockSize;

    public int BlockCount => _options.BlockCount;

    /// <inheritdoc/>
    public void Step(StepPlan plan, Span<int> sampled)
    {
        Invariant.Require(!plan.IsEmpty, "a step computes something");
        Invariant.Require(plan.Count <= _options.MaxStepChunks, "a step has at most as many chunks as the engine was made for");
        Invariant.Require(plan.TokenCount <= _options.MaxStepTokens, "a step has at most as many tokens as the engine was made for");
        Invariant.Require(sampled.Length >= plan.SampledCount, "there is room for the sampled tokens of each chunk");
        _arrays.Fill(plan);
        var chunks = _arrays.Chunks;
        var tokens = _arrays.Tokens;
        var blocks = _arrays.Blocks;
        var history = _arrays.History;
        NativeStatus.Check(NativeMethods.pi_engine_step(
            _handle, chunks, chunks.Length, tokens, tokens.Length, blocks, blocks.Length, history, history.Length, sampled,
            plan.SampledCount));
    }

    /// <inheritdoc/>
    public int BlockBytes(BlockEncoding encoding)
    {
        NativeStatus.Check(NativeMethods.pi_engine_block_bytes(_handle, (int)encoding, out var bytes));
        return checked((int)bytes);
    }

    /// <inheritdoc/>
    public void SaveBlock(int block, BlockEncoding encoding, Span<byte> into) =>
        NativeStatus.Check(NativeMethods.pi_engine_save_block(_handle, block, (int)encoding, into, into.Length));

    /// <inheritdoc/>
    public void LoadBlock(int block, BlockEncoding encoding, ReadOnlySpan<byte> from) =>
        NativeStatus.Check(NativeMethods.pi_engine_load_block(_handle, block, (int)encoding, from, from.Length));

    /// <inheritdoc/>
    public void CopyBlock(int from, int to) => NativeStatus.Check(NativeMethods.pi_engine_copy_block(_handle, from, to));

    public void Dispose() => _handle.Dispose();

    /// <summary>For tests: what the next steps keep for reading.</summary>
    internal void SetTrace(EngineTrace trace) => NativeStatus.Check(NativeMethods.pi_engine_set_trace(_handle, (int)trace));

    /// <summary>For tests: all logits of a token row of the last step.</summary>
    internal float[] GetLogits(int row)
    {
        var logits = new float[_config.Vocabulary];
        NativeStatus.Check(NativeMethods.pi_engine_get_logits(_handle, row, logits, logits.Length));
        return logits;
    }

    /// <summary>For tests: a row's hidden state of the last step; layer 0 is the embedding.</summary>
    internal float[] GetHidden(int layer, int row)
    {
        var hidden = new float[_config.Hidden];
        NativeStatus.Check(NativeMethods.pi_engine_get_hidden(_handle, layer, row, hidden, hidden.Length));
        return hidden;
    }
}
