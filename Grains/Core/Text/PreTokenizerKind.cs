namespace Preble.Core.Text;

/// <summary>How text is cut into pieces; merges never cross a cut.</summary>
public enum PreTokenizerKind
{
    /// <summary>No cut at all.</summary>
    None = 0,

    /// <summary>GPT-2's pattern.</summary>
    Gpt2 = 1,

    /// <summary>Every digit alone, and GPT-2's pattern between them (SmolLM, StarCoder).</summary>
    Smollm = 2,

    /// <summary>Llama 3's pattern: digits in groups of up to three.</summary>
    Llama3 = 3,

    /// <summary>Qwen 2's pattern: Llama 3's with every digit alone.</summary>
    Qwen2 = 4,
}

/// <summary>The names that GGUF files use for pre-tokenisers.</summary>
public static class PreTokenizerNames
{
    // Qwen's pattern in a tokeniser that does not compose characters.
    private const string Qwen2Plain = "deepseek-r1-qwen";

    /// <exception cref="TokenizerException">The name is not known; the message has it.</exception>
    public static PreTokenizerKind Parse(string name) => name switch
    {
        "gpt-2" or "gpt2" or "mpt" or "olmo" or "phi-2" or "jina-es" or "jina-de" => PreTokenizerKind.Gpt2,
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" => PreTokenizerKind.Smollm,
        "llama3" or "llama-v3" or "llama-bpe" or "falcon3" or "pixtral" or "smaug-bpe" or "dbrx" => PreTokenizerKind.Llama3,
        "qwen2" or Qwen2Plain or "stablelm2" or "megrez" => PreTokenizerKind.Qwen2,
        _ => throw new TokenizerException($"The pre-tokeniser '{name}' is not supported."),
    };

    /// <summary>What goes before it: Qwen's own tokenisers compose characters, which GGUF says by their name alone.</summary>
    public static TextNormalizer NormalizerOf(string name) => name == "qwen2" ? TextNormalizer.Nfc : TextNormalizer.None;

    /// <summary>A name that means this to readers of GGUF; the name of no pattern means it to none.</summary>
    public static string NameOf(PreTokenizerKind kind, TextNormalizer normalizer) => kind switch
    {
        PreTokenizerKind.Gpt2 => "gpt-2",
        PreTokenizerKind.Smollm => "smollm",
        PreTokenizerKind.Llama3 => "llama-bpe",
        PreTokenizerKind.Qwen2 => normalizer == TextNormalizer.Nfc ? "qwen2" : Qwen2Plain,
        _ => "default",
    };
}
