namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>One entry of a GGUF file's tensor table.</summary>
/// <param name="Shape">Columns first, as the file has it.</param>
/// <param name="TypeNumber">GGML's number, supported or not.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="SizeBytes">0 for a type that is not supported, whose size is not known.</param>
public sealed record GgufTensor(string Name, IReadOnlyList<long> Shape, uint TypeNumber, long Offset, long SizeBytes);
