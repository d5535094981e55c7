namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>What a tensor is for: the native library's numbers.</summary>
public enum TensorRole
{
    None = 0,
    TokenEmbedding = 1,
    OutputNorm = 2,
    OutputHead = 3,
    AttentionNorm = 4,
    Query = 5,
    Key = 6,
    Value = 7,
    AttentionOutput = 8,
    FeedForwardNorm = 9,
    FeedForwardGate = 10,
    FeedForwardUp = 11,
    FeedForwardDown = 12,
}
