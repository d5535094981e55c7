using System.Globalization;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>The metadata keys of tokenisers, and what their readers and writers must spell alike.</summary>
internal static class GgufTokenizerKeys
{
    public const string Model = Prefix + "model";
    public const string Pre = Prefix + "pre";
    public const string Tokens = Prefix + "tokens";
    public const string Types = Prefix + "token_type";
    public const string Scores = Prefix + "scores";
    public const string Merges = Prefix + "merges";
    public const string Begin = Prefix + "bos_token_id";
    public const string AddBegin = Prefix + "add_bos_token";
    public const string AddSpace = Prefix + "add_space_prefix";
    public const string Unknown = Prefix + "unknown_token_id";

    /// <summary>A whole tokenizer.json: for tokenisers that the other keys cannot describe.</summary>
    public const string HuggingFace = "tokenizer.huggingface.json";

    public const string ChatTemplate = "tokenizer.chat_template";

    /// <summary>Byte-level vocabularies with merges.</summary>
    public const string ByteLevelModel = "gpt2";

    /// <summary>SentencePiece vocabularies with scores.</summary>
    public const string SentencePieceModel = "llama";

    private const string Prefix = "tokenizer.ggml.";

    /// <summary>The keys of end tokens, that of templates first.</summary>
    public static IReadOnlyList<string> Ends { get; } = [Prefix + "eos_token_id", Prefix + "eot_token_id", Prefix + "eom_token_id"];

    /// <summary>What converters call an id that the vocabulary has no token for: each needs a name of its own.</summary>
    public static string Placeholder(int id) => string.Create(CultureInfo.InvariantCulture, $"[PAD{id}]");
}
