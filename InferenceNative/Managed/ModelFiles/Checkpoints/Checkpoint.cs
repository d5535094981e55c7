namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>All that the native library needs to make a model, whatever format it came from.</summary>
/// <param name="Files">Full paths; tensors refer to them by index.</param>
/// <param name="InverseFrequencies">Half a head of rotary frequencies, any scaling applied; or two such, of the layers that see all and of those with a window.</param>
public sealed record Checkpoint(
    ModelConfig Config, IReadOnlyList<string> Files, IReadOnlyList<PlacedTensor> Tensors, IReadOnlyList<float> InverseFrequencies);
