using Preble.Core.Batching;

namespace Preble.Core.Engine;

/// <summary>
/// The port to the forward pass. One engine owns one KV cache of <see cref="BlockCount"/> blocks and is used by one thread at a time.
/// The tokens of a sequence do not depend on its neighbours in a step, on chunking, on cache hits or on a preemption.
/// </summary>
public interface IInferenceEngine : IDisposable
{
    ModelShape Shape { get; }

    /// <summary>Tokens a block.</summary>
    int BlockSize { get; }

    /// <summary>Blocks of the KV cache; ids run from 0.</summary>
    int BlockCount { get; }

    /// <summary>
    /// Computes every chunk of the plan in one batched pass, writes their KV to their blocks, and writes the sampled tokens to <paramref
    /// name="sampled"/>, chunk by chunk: the token after its last known one (-1 when it does not sample), then one after each of its drafts.
    /// A token sampled after right guesses is the one that steps without guesses would have given.
    /// </summary>
    /// <exception cref="EngineException">The pass failed; the KV cache is no longer to be trusted.</exception>
    void Step(StepPlan plan, Span<int> sampled);

    /// <summary>Bytes of one block as <see cref="SaveBlock"/> writes it: the same for every block of this engine.</summary>
    int BlockBytes(BlockEncoding encoding);

    /// <summary>Writes a block's keys and values to memory of exactly <see cref="BlockBytes"/>. Between two steps, as the two below.</summary>
    /// <exception cref="EngineException">The block could not be read.</exception>
    void SaveBlock(int block, BlockEncoding encoding, Span<byte> into);

    /// <summary>Overwrites a block with what <see cref="SaveBlock"/> wrote; bytes that came from elsewhere give wrong numbers, never a crash.</summary>
    /// <exception cref="EngineException">The block could not be written.</exception>
    void LoadBlock(int block, BlockEncoding encoding, ReadOnlySpan<byte> from);

    /// <summary>Overwrites block <paramref name="to"/> with block <paramref name="from"/>: the copy of a copy on write.</summary>
    /// <exception cref="EngineException">The block could not be copied.</exception>
    void CopyBlock(int from, int to);
}

/// <summary>The forward pass failed: a failure outside the core, with the facts in the message.</summary>
public class EngineException(string message, Exception? inner = null) : Exception(message, inner);
