using System.Text;
using System.Text.Json.Nodes;
using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class HuggingFaceTokenizerTests
{
    private const string ByteLevel = """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}""";
    private const string ByteLevelWithoutPattern = """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}""";

    private const string Fallback = """{"byte_fallback": true}""";
    private const string Spaces = """{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}""";
    private const string Legacy = """{"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, """ + Spaces + "]}";

    [Theory]
    [InlineData("""["a b", "ab c"]""")]
    [InlineData("""[["a", "b"], ["ab", "c"]]""")]
    public void Merges_are_read_in_both_spellings(string merges) =>
        Assert.Equal([("a", "b"), ("ab", "c")], Parse(File(model: $$"""{"merges": {{merges}}}""")).Merges);

    [Theory]
    [InlineData(ByteLevel, PreTokenizerKind.Gpt2)]
    [InlineData(ByteLevelWithoutPattern, PreTokenizerKind.None)]
    [InlineData(
        """{"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, """ + ByteLevel + "]}",
        PreTokenizerKind.Smollm)]
    [InlineData(Split1 + "{1,3}" + Split2 + ByteLevelWithoutPattern + "]}", PreTokenizerKind.Llama3)]
    [InlineData(Split1 + Split2 + ByteLevelWithoutPattern + "]}", PreTokenizerKind.Qwen2)]
    public void Pre_tokenisers_are_recognised(string preTokenizer, PreTokenizerKind kind) =>
        Assert.Equal(kind, Parse(File(preTokenizer: preTokenizer)).PreTokenizer);

    [Theory]
    [InlineData("""{"type": "NFC"}""", TextNormalizer.Nfc)]
    [InlineData("""{"type": "Sequence", "normalizers": [{"type": "NFC"}]}""", TextNormalizer.Nfc)]
    [InlineData("""{"type": "Sequence", "normalizers": []}""", TextNormalizer.None)]
    [InlineData("null", TextNormalizer.None)]
    public void Normalisers_are_recognised(string normalizer, TextNormalizer expected) =>
        Assert.Equal(expected, Parse(File(normalizer: normalizer)).Normalizer);

    [Theory]
    [InlineData(Legacy, "null", PrefixSpace.EveryPiece)]
    [InlineData(Spaces, "null", PrefixSpace.None)]
    [InlineData(Spaces, """{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}""", PrefixSpace.None)]
    [InlineData("null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}""", PrefixSpace.TextStart)]
    [InlineData("null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false}""", PrefixSpace.None)]
    public void SentencePieces_way_of_spaces_is_recognised(string normalizer, string preTokenizer, PrefixSpace expected)
    {
        var definition = Parse(File(Fallback, preTokenizer, normalizer));
        Assert.Equal((TokenizerAlgorithm.Metaspace, expected), (definition.Algorithm, definition.PrefixSpace));
    }

    [Theory]
    [InlineData("null", "null", "'' with the pre-tokeniser ''")]
    [InlineData("null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}""", "'' with the pre-tokeniser 'Metaspace'")]
    [InlineData("null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}""", "'' with the pre-tokeniser 'Metaspace'")]
    [InlineData("null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": false}""", "'' with the pre-tokeniser 'Metaspace'")]
    [InlineData("null", """{"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": false}""", "'' with the pre-tokeniser 'Metaspace'")]
    [InlineData(Spaces, """{"type": "Split", "pattern": {"String": "▁"}, "behavior": "Isolated", "invert": false}""", "'Replace' with the pre-tokeniser 'Split'")]
    [InlineData(Spaces, ByteLevel, "'Replace' with the pre-tokeniser 'ByteLevel'")]
    [InlineData("""{"type": "Prepend", "prepend": "▁"}""", "null", "'Prepend' with the pre-tokeniser ''")]
    [InlineData("""{"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""", "null",
        "'NFKC, Replace' with the pre-tokeniser ''")]
    public void Another_way_of_spaces_is_refused_by_name(string normalizer, string preTokenizer, string what)
        => Assert.Equal(
            $"The normaliser {what} is not supported together with byte_fallback.",
            Assert.Throws<TokenizerException>(() => Parse(File(Fallback, preTokenizer, normalizer))).Message);

    [Theory]
    [InlineData("null", "{}", null, false)]
    [InlineData("null", """{"bos_token": "<s>"}""", 3, false)]
    [InlineData("null", """{"bos_token": {"content": "<s>"}, "add_bos_token": true}""", 3, true)]
    [InlineData("null", """{"add_bos_token": true}""", null, false)]
    [InlineData(Template, "{}", 3, true)]
    [InlineData(Template, """{"add_bos_token": false}""", 3, false)]
    [InlineData("""{"type": "Sequence", "processors": [{"type": "ByteLevel"}, """ + Template + "]}", """{"bos_token": "<s>"}""", 3, true)]
    [InlineData("""{"type": "ByteLevel"}""", "{}", null, false)]
    public void The_begin_token_comes_from_the_template_and_the_configuration(string postProcessor, string config, int? begin, bool add)
    {
        var definition = Parse(File(postProcessor: postProcessor), config);
        Assert.Equal(begin, definition.BeginToken);
        Assert.Equal(add, definition.AddBegin);
    }

    [Fact]
    public void Added_tokens_beyond_the_vocabulary_extend_it_and_keep_their_flags()
    {
        const string added = """
            [{"id": 7, "content": "<x>", "special": false, "lstrip": true, "rstrip": true, "single_word": true, "normalized": false}]
            """;
        var definition = Parse(File(addedTokens: added));
        Assert.Equal(["a", "b", "c", "", "ab", "abc", "", "<x>"], definition.Tokens);
        var expected = new AddedToken(7, "<x>", Special: false, LeftStrip: true, RightStrip: true, SingleWord: true);
        Assert.Equal([expected], definition.SpecialTokens);
    }

    [Fact]
    public void The_configuration_may_be_missing() =>
        Assert.Empty(HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(File()), default).EndTokens);

    [Theory]
    [InlineData("", "tokenizer.json is not valid JSON (line 1).")]
    [InlineData("{\n", "tokenizer.json is not valid JSON (line 2).")]
    [InlineData("[]", "tokenizer.json is not a JSON object.")]
    [InlineData("{}", "tokenizer.json has no model.")]
    [InlineData("""{"model": []}""", "The field 'model' of the tokeniser's files has a value of the wrong kind.")]
    [InlineData("""{"model": {}}""", "tokenizer.json has no vocabulary.")]
    [InlineData("""{"model": {"vocab": {"a": -1}}}""", "The id of a token of the vocabulary is not a number from 0 to 1048575.")]
    [InlineData("""{"model": {"vocab": {"a": 2000000000}}}""", "The id of a token of the vocabulary is not a number from 0 to 1048575.")]
    [InlineData("""{"model": {"vocab": {"a": 1e3}}}""", "The id of a token of the vocabulary is not a number from 0 to 1048575.")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1}]}""", "An added token has no content.")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [{"content": "x"}]}""", "The added token 'x' has no id.")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [7]}""",
        "The tokeniser's files have something else where an object with 'content' should be.")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1, "content": "\ud800"}]}""",
        "The tokeniser's files have a text that is not valid Unicode.")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": {"a": 0}}}""", "The tokeniser model 'Unigram' is not supported.")]
    [InlineData("""{"model": {"vocab": {"a": 0}}}""", "The pre-tokeniser '' is not supported.")]
    public void Broken_files_are_refused_in_one_sentence(string json, string message) =>
        Assert.Equal(message, Assert.Throws<TokenizerException>(() => Parse(json)).Message);

    [Theory]
    [InlineData("preTokenizer", """{"type": "Whitespace"}""", "The pre-tokeniser 'Whitespace' is not supported.")]
    [InlineData("preTokenizer", """
        {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "x"}, "behavior": "Isolated"},
        """ + ByteLevelWithoutPattern + "]}",
        "The pre-tokeniser 'Split' with the pattern 'x' is not supported.")]
    [InlineData("normalizer", """{"type": "Lowercase"}""", "The normaliser 'Lowercase' is not supported.")]
    [InlineData("postProcessor", """{"type": "BertProcessing"}""", "The post-processor 'BertProcessing' is not supported.")]
    [InlineData("model", """{"merges": ["abc"]}""", "A merge of the tokeniser is not two texts.")]
    [InlineData("model", """{"merges": [["a"]]}""", "A merge of the tokeniser is not two texts.")]
    [InlineData("model", """{"merges": ["a b c"]}""", "A merge of the tokeniser is not two texts.")]
    [InlineData("model", """{"end_of_word_suffix": "</w>"}""", "An end_of_word_suffix is not supported.")]
    [InlineData("model", """{"unk_token": "nowhere"}""", "The token 'nowhere' is not in the vocabulary.")]
    public void What_cannot_be_honoured_exactly_is_refused_by_name(string part, string json, string message)
    {
        var file = File(
            model: part == "model" ? json : "{}",
            preTokenizer: part == "preTokenizer" ? json : ByteLevel,
            normalizer: part == "normalizer" ? json : "null",
            postProcessor: part == "postProcessor" ? json : "null");
        Assert.Equal(message, Assert.Throws<TokenizerException>(() => Parse(file)).Message);
    }

    [Fact]
    public void A_file_cut_off_anywhere_or_with_any_byte_changed_gives_a_tokeniser_or_a_sentence()
    {
        var file = Encoding.UTF8.GetBytes(File(postProcessor: Template));
        var refused = 0;
        for (var at = 0; at < file.Length; at++)
        {
            foreach (var replacement in "\0{[\"9\u00FF"u8)
            {
                var changed = file.ToArray();
                changed[at] = replacement;
                refused += Refuses(changed) ? 1 : 0;
            }

            Assert.True(Refuses(file[..at]), $"cut at {at}");
        }

        Assert.True(refused > 1000, $"only {refused} refused");
    }

    private const string Template = """
        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]}
        """;

    private const string Split1 = """
        {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex":
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}
        """;

    private const string Split2 = """| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}}, """;

    private static bool Refuses(byte[] json)
    {
        try
        {
            HuggingFaceTokenizer.Parse(json, default).CreateTokenizer();
            return false;
        }
        catch (TokenizerException)
        {
            return true;
        }
    }

    private static TokenizerDefinition Parse(string json, string config = "") =>
        HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(json), Encoding.UTF8.GetBytes(config));

    /// <summary>A small file of which the test changes one part.</summary>
    private static string File(
        string model = "{}", string preTokenizer = ByteLevel, string normalizer = "null", string postProcessor = "null",
        string addedTokens = """[{"id": 3, "content": "<s>", "special": true, "normalized": false}]""")
    {
        var full = new JsonObject { ["type"] = "BPE", ["vocab"] = JsonNode.Parse("""{"a": 0, "b": 1, "c": 2, "ab": 4, "abc": 5}""") };
        foreach (var (name, value) in JsonNode.Parse(model)!.AsObject())
        {
            full[name] = value?.DeepClone();
        }

        return new JsonObject
        {
            ["added_tokens"] = JsonNode.Parse(addedTokens),
            ["normalizer"] = JsonNode.Parse(normalizer),
            ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
            ["post_processor"] = JsonNode.Parse(postProcessor),
            ["model"] = full,
        }.ToJsonString();
    }
}
