namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>The ids that end a generated sequence: a few that GGUF files name, and others that are known by their spelling.</summary>
internal static class GgufEndTokens
{
    // Many files name only one end token, though chat models also end a turn with one of these.
    private static readonly string[] Names =
        ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>", "<EOT>"];

    /// <param name="control">The special tokens with their ids.</param>
    /// <exception cref="ModelFileException">A key names a token that there is not.</exception>
    public static IReadOnlyList<int> Read(GgufMetadata metadata, int count, IEnumerable<(int Id, string Name)> control)
    {
        // The file's own end token comes first: it is the one that chat templates write.
        var named = GgufTokenizerKeys.Ends.Select(key => GgufTokenizer.FindToken(metadata, key, count)).OfType<int>();
        return [.. named.Concat(control.Where(token => IsKnown(token.Name)).Select(token => token.Id)).Distinct()];
    }

    /// <summary>Whether a control token of this name ends sequences without being named by a key.</summary>
    public static bool IsKnown(string name) => Names.Contains(name, StringComparer.Ordinal);
}
