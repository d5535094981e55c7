namespace Preble.Inference.ModelFiles;

/// <summary>
/// The bounds of what a model file may ask of memory. A length in a file is compared with its bound, and with the bytes that are left,
/// before anything is allocated for it.
/// </summary>
public static class ModelFileLimits
{
    /// <summary>Metadata entries of a GGUF file.</summary>
    public const int MetadataEntries = 16_384;

    /// <summary>Bytes of a metadata key or a tensor name.</summary>
    public const int NameBytes = 1_024;

    /// <summary>Bytes of one string; the longest known ones are chat templates of some tens of kilobytes.</summary>
    public const int StringBytes = 16 << 20;

    /// <summary>Items of one metadata array; the largest known vocabularies have 262,144 tokens.</summary>
    public const int ArrayItems = 4 << 20;

    /// <summary>How deep arrays may lie in arrays.</summary>
    public const int ArrayDepth = 3;

    /// <summary>Tensors of a file.</summary>
    public const int Tensors = 65_536;

    /// <summary>Dimensions of a tensor.</summary>
    public const int Dimensions = 4;

    /// <summary>Bytes between two aligned tensors.</summary>
    public const int Alignment = 1 << 20;

    /// <summary>Bytes of a JSON document: a configuration, a tokeniser or the header of a safetensors file.</summary>
    public const int JsonBytes = 128 << 20;

    /// <summary>Files that one checkpoint is cut into.</summary>
    public const int Shards = 1_024;

    /// <summary>Any one size of a model (layers, width, vocabulary, context): far above known models, far below an overflow.</summary>
    public const int ModelSize = 1 << 24;
}
