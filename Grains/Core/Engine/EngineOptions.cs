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

    /// <exception cref="ArgumentException">A size is not positive; the message names it.</exception>
    public void Validate()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(BlockSize), BlockSize), (nameof(BlockCount), BlockCount),
            (nameof(MaxStepTokens), MaxStepTokens), (nameof(MaxStepChunks), MaxStepChunks),
        })
        {
            if (value < 1)
            {
                throw new ArgumentException($"Engine option {name} must be at least 1; it is {value}.", name);
            }
        }
    }
}
