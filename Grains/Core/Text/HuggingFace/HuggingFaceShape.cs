using System.Text.Json;

namespace Preble.Core.Text;

/// <summary>
/// What the normaliser, pre-tokeniser and model settings of a tokenizer.json amount to, among the combinations that we have.
/// </summary>
internal sealed record HuggingFaceShape(
    TokenizerAlgorithm Algorithm, TextNormalizer Normalizer, PreTokenizerKind PreTokenizer, PrefixSpace PrefixSpace)
{
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public static HuggingFaceShape Read(JsonElement file, JsonElement model)
    {
        var type = model.Text("type") ?? "BPE";
        Require(string.Equals(type, "BPE", StringComparison.Ordinal), $"The tokeniser model '{type}' is not supported.");
        Require(string.IsNullOrEmpty(model.Text("continuing_subword_prefix")), "A continuing_subword_prefix is not supported.");
        Require(string.IsNullOrEmpty(model.Text("end_of_word_suffix")), "An end_of_word_suffix is not supported.");

        var byteFallback = model.Bool("byte_fallback") ?? false;
        var shape = byteFallback ? ReadMetaspace(file) : ReadByteLevel(file);
        var fuses = model.Bool("fuse_unk") ?? false;
        Require(
            model.Text("unk_token") is null || fuses == byteFallback,
            "This combination of fuse_unk and byte_fallback is not supported.");
        return shape;
    }

    private static HuggingFaceShape ReadByteLevel(JsonElement file)
    {
        var steps = Flatten(file.Object("pre_tokenizer"), "pretokenizers").ToArray();
        var byteLevel = steps.LastOrDefault();
        Require(
            steps.Length is 1 or 2 && IsOfType(byteLevel, "ByteLevel"),
            $"The pre-tokeniser '{Names(steps)}' is not supported.");
        var prefix = byteLevel.Bool("add_prefix_space") ?? true;
        var regex = byteLevel.Bool("use_regex") ?? true;
        var kind = steps.Length == 1
            ? (regex ? PreTokenizerKind.Gpt2 : PreTokenizerKind.None)
            : ReadFirstOfTwo(steps[0], regex);
        Require(!prefix || steps.Length == 1, "A prefix space after another pre-tokeniser is not supported.");
        return new(TokenizerAlgorithm.ByteLevel, ReadNormalizer(file), kind, prefix ? PrefixSpace.EveryPiece : PrefixSpace.None);
    }

    private static PreTokenizerKind ReadFirstOfTwo(JsonElement first, bool regex)
    {
        if (IsOfType(first, "Digits") && regex && first.Bool("individual_digits") == true)
        {
            return PreTokenizerKind.Smollm;
        }

        var isolates = IsOfType(first, "Split") && !regex
            && string.Equals(first.Text("behavior"), "Isolated", StringComparison.Ordinal) && first.Bool("invert") != true;
        var pattern = first.Object("pattern")?.Text("Regex");
        return (isolates ? pattern : null) switch
        {
            Gpt2Pattern => PreTokenizerKind.Gpt2,
            Llama3Pattern => PreTokenizerKind.Llama3,
            Qwen2Pattern => PreTokenizerKind.Qwen2,
            _ => throw new TokenizerException($"The pre-tokeniser '{first.Text("type")}' with the pattern '{pattern}' is not supported."),
        };
    }

    private static TextNormalizer ReadNormalizer(JsonElement file)
    {
        var steps = Flatten(file.Object("normalizer"), "normalizers").ToArray();
        Require(
            steps.Length == 0 || (steps.Length == 1 && IsOfType(steps[0], "NFC")),
            $"The normaliser '{Names(steps)}' is not supported.");
        return steps.Length == 0 ? TextNormalizer.None : TextNormalizer.Nfc;
    }

    /// <summary>SentencePiece's way: spaces become ▁, one may be put first, and nothing is cut.</summary>
    private static HuggingFaceShape ReadMetaspace(JsonElement file)
    {
        var before = Flatten(file.Object("normalizer"), "normalizers").ToArray();
        var after = Flatten(file.Object("pre_tokenizer"), "pretokenizers").ToArray();
        var prefix = (before, after) switch
        {
            ([], [var step]) when IsOfType(step, "Metaspace") => ReadPrefix(step),
            ([.. var first, var replace], _) when ReplacesSpaces(replace) && after.All(CutsAtSpaces) => ReadPrefix(first),
            _ => null,
        };
        return prefix is { } known
            ? new(TokenizerAlgorithm.Metaspace, TextNormalizer.None, PreTokenizerKind.None, known)
            : throw new TokenizerException(
                $"The normaliser '{Names(before)}' with the pre-tokeniser '{Names(after)}' is not supported together with byte_fallback.");
    }

    private static PrefixSpace? ReadPrefix(JsonElement[] steps) => steps switch
    {
        [] => PrefixSpace.None,
        [var prepend] when IsOfType(prepend, "Prepend") && IsMetaspace(prepend.Text("prepend")) => PrefixSpace.EveryPiece,
        _ => null,
    };

    private static PrefixSpace? ReadPrefix(JsonElement metaspace)
        => !IsMetaspace(metaspace.Text("replacement")) || metaspace.Bool("split") != false ? null
            : metaspace.Text("prepend_scheme") switch
            {
                "first" => PrefixSpace.TextStart,
                "never" => PrefixSpace.None,
                _ => null,
            };

    private static bool ReplacesSpaces(JsonElement step)
        => IsOfType(step, "Replace") && IsMetaspace(step.Text("content")) && IsSpace(step.Object("pattern"));

    // Gemma's: where spaces were replaced before, there is none to cut at.
    private static bool CutsAtSpaces(JsonElement step) => IsOfType(step, "Split") && IsSpace(step.Object("pattern")) && step.Bool("invert") != true;

    private static bool IsSpace(JsonElement? pattern) => string.Equals(pattern?.Text("String"), " ", StringComparison.Ordinal);

    /// <summary>The steps of a part that is one step, a sequence of steps, or missing. The parser bounds how deep sequences nest.</summary>
    private static IEnumerable<JsonElement> Flatten(JsonElement? part, string sequenceField) => part switch
    {
        null => [],
        { } one when IsOfType(one, "Sequence") => one.Array(sequenceField).SelectMany(step => Flatten(step, sequenceField)),
        { } one => [one],
    };

    private static bool IsOfType(JsonElement step, string type) =>
        step.ValueKind == JsonValueKind.Object && string.Equals(step.Text("type"), type, StringComparison.Ordinal);

    private static bool IsMetaspace(string? text) => text is [TextNormalization.Metaspace];

    private static string Names(JsonElement[] steps) => string.Join(", ", steps.Select(step => step.Text("type")));

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            throw new TokenizerException(sentence);
        }
    }
}
