namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>A tensor whose role in the model is known and whose shape was checked.</summary>
public sealed record PlacedTensor(
    TensorRole Role, int Layer, TensorType Type, int FileIndex, long Rows, long Columns, long Offset, long SizeBytes, int Expert = 0);
