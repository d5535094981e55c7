namespace Preble.Inference.ModelFiles;

/// <summary>A tensor as some checkpoint format stores it.</summary>
/// <param name="Type">Null for a type that is not supported.</param>
/// <param name="TypeName">The format's own name of the type, for messages.</param>
/// <param name="Shape">Rows before columns.</param>
/// <param name="FileIndex">Into the checkpoint's files.</param>
/// <param name="Offset">Bytes from the start of its file.</param>
public sealed record StoredTensor(
    string Name, TensorType? Type, string TypeName, IReadOnlyList<long> Shape, int FileIndex, long Offset, long SizeBytes);
