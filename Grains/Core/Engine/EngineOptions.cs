namespace Preble.Core.Engine;

/// <summary>The sizes an engine is made with; its memory follows from them.</summary>
public sealed record EngineOptions
{
    /// <summary>Tokens a block of the KV cache.</summary>
    public int BlockSize { get; init; } = Limits.BlockSize;

    /// <summary>Blocks of the KV cache.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Most tokens in one step.</summary>
    public int MaxStepTokens { get; init; } = Limits.StepTokens;

    /// <summary>Most sequences in one step.</summary>
    public int MaxStepChunks { get; init; } = Limits.RunningSequences;

    /// <summary>Most tokens sampled in one step; 0 for one of each sequence.</summary>
    public int MaxStepSamples { get; init; }

    /// <summary>How keys and values are held; with the block count, the cache's memory.</summary>
    public KvType KvType { get; init; }

    /// <summary>Threads of the engine's own, each on a core that no other such engine of the process uses; 0: the threads that all share.</summary>
    public int Threads { get; init; }

    /// <exception cref="ArgumentException">A size is too small; the message names it.</exception>
    public void Validate()
    {
        foreach (var (name, value, least) in new[]
        {
            (nameof(BlockSize), BlockSize, 1), (nameof(BlockCount), BlockCount, 1),
            (nameof(MaxStepTokens), MaxStepTokens, 1), (nameof(MaxStepChunks), MaxStepChunks, 1), (nameof(MaxStepSamples), MaxStepSamples, 0),
            (nameof(Threads), Threads, 0),
        })
        {
            if (value < least)
            {
                throw new ArgumentException($"Engine option {name} must be at least {least}; it is {value}.", name);
            }
        }
    }
}
