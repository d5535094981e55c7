namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>One metadata entry as it lies in its file: key, type and value.</summary>
/// <param name="Offset">Bytes from the start of the file.</param>
public sealed record GgufEntry(string Key, long Offset, long SizeBytes);
