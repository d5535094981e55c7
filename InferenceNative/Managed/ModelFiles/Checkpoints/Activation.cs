namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>The function inside the feed-forward layer: the native library's numbers.</summary>
public enum Activation
{
    Silu = 0,

    /// <summary>GELU in its tanh form.</summary>
    Gelu = 1,
}
