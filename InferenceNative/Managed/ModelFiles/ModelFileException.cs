namespace Preble.Inference.ModelFiles;

/// <summary>A model file that is missing, truncated, corrupt or not supported: one sentence that names the file, what is wrong and where.</summary>
public sealed class ModelFileException(string message, Exception? inner = null) : Exception(message, inner);
