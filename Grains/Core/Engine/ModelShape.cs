namespace Preble.Core.Engine;

/// <summary>The sizes of a model that the rest of the system needs.</summary>
/// <param name="VocabularySize">Logits a position.</param>
/// <param name="ContextTokens">The longest prompt plus output.</param>
/// <param name="ParameterCount">Weights, embedding included.</param>
/// <param name="KvBytesPerToken">Bytes of KV cache a token, over all layers.</param>
/// <param name="WeightBytes">Memory of the weights as the engine holds them; shared by all workers of the process.</param>
public sealed record ModelShape(int VocabularySize, int ContextTokens, long ParameterCount, int KvBytesPerToken, long WeightBytes);
