namespace Preble.Core.Engine;

/// <summary>How an engine holds keys and values; the native library's numbers.</summary>
public enum KvType
{
    /// <summary>F32 where the weights are computed in float32, else F16.</summary>
    Default = 0,

    /// <summary>As computed.</summary>
    F32 = 1,

    /// <summary>Rounded to half precision.</summary>
    F16 = 2,

    /// <summary>One byte an element and a scale for each token, layer and KV head: about half of F16, and lossy.</summary>
    Int8 = 3,
}
