namespace Preble.Core.Engine;

/// <summary>
/// How a block of the KV cache is written outside of it. The numbers are the native library's and those of the host tier's file: they never
/// change.
/// </summary>
public enum BlockEncoding
{
    /// <summary>The elements as the cache holds them: what is loaded is bit for bit what was saved.</summary>
    Exact = 1,

    /// <summary>One byte an element and a scale per head and token: half the size of half precision, and no longer the same numbers.</summary>
    Int8 = 2,
}
