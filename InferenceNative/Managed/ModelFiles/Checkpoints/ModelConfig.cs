namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>The sizes of a model, and what its family computes otherwise than a Llama: what the forward pass must know besides the weights.</summary>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="FeedForward">Width inside the feed-forward layer, or inside one expert.</param>
/// <param name="HeadSize">Elements of one head; need not be Hidden / Heads.</param>
/// <param name="Context">The most positions the model was made for.</param>
public sealed record ModelConfig(
    int Layers, int Hidden, int FeedForward, int Heads, int KvHeads, int HeadSize, int Vocabulary, int Context, RopeOrder RopeOrder, float NormEpsilon)
{
    public Activation Activation { get; init; }

    /// <summary>Positions that a token sees, its own included; 0 for all before it.</summary>
    public int Window { get; init; }

    /// <summary>With a window: every so manieth layer, the last of each period, sees all; 0 when none does.</summary>
    public int WindowPeriod { get; init; }

    /// <summary>Experts of a layer; 0 for a dense model.</summary>
    public int Experts { get; init; }

    public int ExpertsUsed { get; init; }

    /// <summary>Whether the shares of the chosen experts add up to one; else they are shares of all experts.</summary>
    public bool ExpertsNormed { get; init; }

    /// <summary>What query times key is multiplied with; 0 for one over the square root of the head size.</summary>
    public float AttentionScale { get; init; }

    /// <summary>The soft bound of attention scores; 0 for none.</summary>
    public float AttentionSoftcap { get; init; }

    /// <summary>The soft bound of logits; 0 for none.</summary>
    public float LogitSoftcap { get; init; }

    /// <summary>What embeddings are multiplied with; 0 for one.</summary>
    public float EmbeddingScale { get; init; }

    /// <summary>Whether norms multiply by one plus their weights.</summary>
    public bool NormPlusOne { get; init; }

    /// <summary>With a window, unless no layer has it. One that is never left is kept: its layers may have rotary frequencies of their own.</summary>
    public ModelConfig WithWindow(int? window, int period = 0)
        => window is not { } size || period == 1 ? this : this with { Window = size, WindowPeriod = period };

    /// <summary>Checks what the sizes must be to each other.</summary>
    /// <exception cref="ModelFileException">They do not fit.</exception>
    public void Validate(string fileName)
    {
        var sizes = new (string Name, int Value)[]
        {
            ("layers", Layers), ("hidden size", Hidden), ("feed-forward size", FeedForward), ("heads", Heads), ("key/value heads", KvHeads),
            ("head size", HeadSize), ("vocabulary size", Vocabulary), ("context length", Context),
        };
        foreach (var (name, value) in sizes)
        {
            if (value is <= 0 or > ModelFileLimits.ModelSize)
            {
                throw new ModelFileException($"{fileName}: the {name} is {value}, which is not between 1 and {ModelFileLimits.ModelSize}.");
            }
        }

        if (Heads % KvHeads != 0)
        {
            throw new ModelFileException($"{fileName}: {Heads} heads cannot share {KvHeads} key/value heads evenly.");
        }

        if (HeadSize % 2 != 0)
        {
            throw new ModelFileException($"{fileName}: the head size {HeadSize} is odd, so it cannot be rotated in pairs.");
        }

        if (Experts < 0 || ExpertsUsed < 0 || ExpertsUsed > Experts || (Experts > 0 && ExpertsUsed == 0))
        {
            throw new ModelFileException($"{fileName}: a token cannot go to {ExpertsUsed} of {Experts} experts.");
        }

        if (!float.IsFinite(NormEpsilon) || NormEpsilon < 0)
        {
            throw new ModelFileException($"{fileName}: the norm epsilon is {NormEpsilon}, which is not a small positive number.");
        }
    }
}
