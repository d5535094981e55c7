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
    QueryBias = 13,
    KeyBias = 14,
    ValueBias = 15,
    QueryNorm = 16,
    KeyNorm = 17,
    Router = 18,
    ExpertGate = 19,
    ExpertUp = 20,
    ExpertDown = 21,
    PostAttentionNorm = 22,
    PostFeedForwardNorm = 23,
}
