namespace Preble.Inference;

/// <summary>How the native library holds a model's weights; its numbers.</summary>
public enum WeightsMode
{
    /// <summary>As stored, packed for the kernels: fast and small.</summary>
    Native = 0,

    /// <summary>Everything in float32: the numerical truth.</summary>
    F32 = 1,
}
