using System.Text.Json;

namespace Preble.Core.Text;

/// <summary>The vocabulary of a tokenizer.json: the model's tokens, and the added ones, which may or may not be among them.</summary>
internal sealed class HuggingFaceVocabulary
{
    // The most ids without a name that a vocabulary may have, besides as many as it has names.
    private const int UnnamedTokens = 4_096;

    private readonly Dictionary<string, int> _idByName = new(StringComparer.Ordinal);

    public HuggingFaceVocabulary(JsonElement model, IEnumerable<JsonElement> added)
    {
        var vocabulary = model.Object("vocab") ?? throw new TokenizerException("tokenizer.json has no vocabulary.");
        foreach (var entry in vocabulary.EnumerateObject())
        {
            _idByName[entry.Name] = JsonFields.TokenId(entry.Value, "a token of the vocabulary");
        }

        Added = [.. added.Select(ReadAdded)];
        foreach (var token in Added)
        {
            _idByName[token.Content] = token.Id;
        }

        var tokens = new string[_idByName.Count == 0 ? 0 : HighestId() + 1];
        System.Array.Fill(tokens, "");
        foreach (var (name, id) in _idByName)
        {
            tokens[id] = name;
        }

        Tokens = tokens;
    }

    public IReadOnlyList<string> Tokens { get; }

    public IReadOnlyList<AddedToken> Added { get; }

    public int IdOf(string name) =>
        _idByName.TryGetValue(name, out var id) ? id : throw new TokenizerException($"The token '{name}' is not in the vocabulary.");

    /// <summary>The token that a field of the configuration names, either as a text or as an object with its content.</summary>
    public int? TokenNamedBy(JsonElement config, string field)
    {
        if (JsonFields.Find(config, field) is not { } value)
        {
            return null;
        }

        var name = value.ValueKind == JsonValueKind.Object ? value.Text("content") : config.Text(field);
        return name is null ? null : IdOf(name);
    }

    // Ids that nothing names stay empty, and some vocabularies have such gaps; but a short file must not make a long array.
    private int HighestId()
    {
        var (name, id) = _idByName.MaxBy(entry => entry.Value);
        return id < UnnamedTokens + (2L * _idByName.Count)
            ? id
            : throw new TokenizerException($"The token '{name}' has the id {id}, far above the {_idByName.Count} tokens that there are.");
    }

    private static AddedToken ReadAdded(JsonElement token)
    {
        var content = token.Text("content") ?? throw new TokenizerException("An added token has no content.");
        var id = JsonFields.Find(token, "id") ?? throw new TokenizerException($"The added token '{content}' has no id.");
        return new AddedToken(
            JsonFields.TokenId(id, $"the added token '{content}'"),
            content,
            Special: token.Bool("special") ?? false,
            LeftStrip: token.Bool("lstrip") ?? false,
            RightStrip: token.Bool("rstrip") ?? false,
            SingleWord: token.Bool("single_word") ?? false,
            Normalized: token.Bool("normalized") ?? true);
    }
}
