namespace Preble.Inference.Conversion;

/// <summary>All of a GGUF file that is to be written, but for the weights, of which it says where they lie now.</summary>
/// <param name="Entries">The metadata, encoded.</param>
/// <param name="Alignment">What the place of every tensor is a multiple of.</param>
internal sealed record ConversionPlan(IReadOnlyList<byte[]> Entries, IReadOnlyList<PlannedTensor> Tensors, int Alignment);
