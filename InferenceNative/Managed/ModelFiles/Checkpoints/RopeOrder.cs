namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>Which elements of a head are rotated together: the native library's numbers.</summary>
public enum RopeOrder
{
    /// <summary>2i with 2i + 1: Llama checkpoints in GGUF.</summary>
    Interleaved = 0,

    /// <summary>i with i + half a head: Hugging Face checkpoints.</summary>
    Halves = 1,
}
