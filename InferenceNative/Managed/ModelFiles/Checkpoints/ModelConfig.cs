namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>The sizes of a Llama: what the forward pass must know besides the weights.</summary>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="FeedForward">Width inside the feed-forward layer.</param>
/// <param name="HeadSize">Elements of one head; need not be Hidden / Heads.</param>
/// <param name="Context">The most positions the model was made for.</param>
public sealed record ModelConfig(
    int Layers, int Hidden, int FeedForward, int Heads, int KvHeads, int HeadSize, int Vocabulary, int Context, RopeOrder RopeOrder, float NormEpsilon)
{
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

        if (!float.IsFinite(NormEpsilon) || NormEpsilon < 0)
        {
            throw new ModelFileException($"{fileName}: the norm epsilon is {NormEpsilon}, which is not a small positive number.");
        }
    }
}
