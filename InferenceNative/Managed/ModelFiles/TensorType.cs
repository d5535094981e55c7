namespace Preble.Inference.ModelFiles;

/// <summary>How a tensor's bytes are laid out: GGML's numbers, which the native library takes as they are.</summary>
public enum TensorType
{
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q8_0 = 8,
    BF16 = 30,
}
