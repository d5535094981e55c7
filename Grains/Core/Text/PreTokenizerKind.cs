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
    /// <exception cref="TokenizerException">The name is not known; the message has it.</exception>
    public static PreTokenizerKind Parse(string name) => name switch
    {
        "gpt-2" or "gpt2" or "mpt" or "olmo" or "phi-2" or "jina-es" or "jina-de" => PreTokenizerKind.Gpt2,
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" => PreTokenizerKind.Smollm,
        "llama3" or "llama-v3" or "llama-bpe" or "falcon3" or "pixtral" or "smaug-bpe" or "dbrx" => PreTokenizerKind.Llama3,
        "qwen2" or "deepseek-r1-qwen" or "stablelm2" or "megrez" => PreTokenizerKind.Qwen2,
        _ => throw new TokenizerException($"The pre-tokeniser '{name}' is not supported."),
    };
}
