namespace Preble.Inference;

/// <summary>How the native library holds a model's weights; its numbers.</summary>
public enum WeightsMode
{
    /// <summary>As stored, packed for the kernels: fast and small.</summary>
    Native = 0,

    /// <summary>Everything in float32: the numerical truth.</summary>
    F32 = 1,

    /// <summary>Matrices as Q8_0, converted at load.</summary>
    Int8 = 2,

    /// <summary>Matrices as Q4_0, embedding and head as Q8_0, converted at load.</summary>
    Int4 = 3,

    /// <summary>Matrices as BF16, converted at load.</summary>
    Bf16 = 4,
}
