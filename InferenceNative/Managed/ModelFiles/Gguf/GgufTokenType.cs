namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>The numbers of `tokenizer.ggml.token_type`.</summary>
internal enum GgufTokenType : long
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,

    /// <summary>An id that the vocabulary has no token for.</summary>
    Unused = 5,

    Byte = 6,
}
